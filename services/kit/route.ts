import type { Topic } from '#schemas'
import type { Delivery, Message } from './outcome.ts'
import type { Settings, SettingsOf } from './settings.ts'

/** An HTTP request, read whole and bounded before anyone sees it. */
export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed JSON, or undefined where there was none, or where the definition says `rawBody`. */
  readonly body: unknown
  /** The body with its content encoding undone; empty where there was none. */
  readonly bytes: Buffer
  /** Whose API key came with it; empty where keys are off. */
  readonly client: string
  /** Derived from the `x-request-id` header or made by the edge. */
  readonly requestId: string
  readonly arrivedAtMs: number
}

/** What goes back to the caller; an object becomes JSON, bytes go as they are with the content type of `headers`. */
export interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What an API key may be used for. */
export type Scope = 'publish' | 'infer'

/** What a path asks of a request before anyone sees it. */
export interface Entrance {
  /** Takes any content type and parses nothing; JSON alone is taken otherwise. */
  readonly rawBody?: boolean
  /** What a key must allow, where keys are on; without it the path is open. */
  readonly scope?: Scope
}

/** So many things of a request came to this end. */
export interface RouteCount {
  readonly kind: 'emit' | 'drop' | 'reject'
  /** One of a small fixed set; empty for `emit`. */
  readonly reason: string
  readonly count: number
}

/** A route's decision: the reply, sent after the messages are acknowledged. */
export interface RouteOutcome<T extends Topic> {
  readonly reply: Reply
  readonly messages: readonly Message<T>[]
  readonly deliveries: readonly Delivery[]
  /** Added to `flywheel_outcomes_total` once the messages are acknowledged. */
  readonly counts?: readonly RouteCount[]
}

/** Answers a caller, with records for topics where the request has consequences. */
export const reply = <T extends Topic = never>(
  status: number,
  body: unknown,
  messages: readonly Message<T>[] = [],
  deliveries: readonly Delivery[] = [],
): RouteOutcome<T> => ({ reply: { status, body }, messages, deliveries })

/** What a route's decision may know; `nowMs` is the arrival time. */
export interface RouteContext<S extends Settings, Facts> {
  readonly nowMs: number
  readonly settings: SettingsOf<S>
  readonly facts: Facts
}

/** An HTTP input with the same gather and decide. */
export interface Route<Out extends Topic, S extends Settings, Facts, World> extends Entrance {
  readonly kind: 'route'
  readonly service: string
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly outputs: readonly Out[]
  readonly settings: S
  /** Largest body in bytes, its content encoding undone; without it `HTTP_BODY_BYTES_MAX`. */
  readonly bodyBytesMax?: (settings: SettingsOf<S>) => number
  readonly gather?: (request: RouteRequest, world: World, settings: SettingsOf<S>) => Promise<Facts>
  readonly decide: (request: RouteRequest, context: RouteContext<S, Facts>) => RouteOutcome<Out>
}

/** Declares a route of a service. */
export const defineRoute = <
  const Out extends Topic,
  const S extends Settings,
  Facts = undefined,
  World = undefined,
>(
  route: Omit<Route<Out, S, Facts, World>, 'kind'>,
): Route<Out, S, Facts, World> => ({ kind: 'route', ...route })

/** Where a proxied answer is written: status and headers once, then chunks as they come. */
export interface ReplyStream {
  start(status: number, headers: Readonly<Record<string, string>>): void
  /** Resolves when the caller can take more. */
  write(chunk: string | Uint8Array): Promise<void>
  /** What makes the answer whole: held back until the call is on record, and whatever is written after it too. */
  writeLast(chunk: string | Uint8Array): void
}

/** First decision of a proxy: refuse with a reply, or serve as planned. */
export type ProxyPlan<Plan> =
  | { readonly kind: 'refuse'; readonly reply: Reply; readonly plan: Plan }
  | { readonly kind: 'serve'; readonly plan: Plan }

/** Decides twice: the plan before, the log after; the world streams in between. */
export interface Proxy<Out extends Topic, S extends Settings, Facts, Plan, Served, World>
  extends Entrance {
  readonly kind: 'proxy'
  readonly service: string
  readonly name: string
  readonly method: 'POST'
  readonly path: string
  readonly outputs: readonly Out[]
  readonly settings: S
  /** Largest body in bytes, its content encoding undone; without it `HTTP_BODY_BYTES_MAX`. */
  readonly bodyBytesMax?: (settings: SettingsOf<S>) => number
  readonly gather: (request: RouteRequest, world: World, settings: SettingsOf<S>) => Promise<Facts>
  readonly plan: (request: RouteRequest, context: RouteContext<S, Facts>) => ProxyPlan<Plan>
  /** Carries the plan out, streaming to the caller; never throws for a failed upstream: that is a `Served` with its error. */
  readonly serve: (
    plan: Plan,
    stream: ReplyStream,
    world: World,
    settings: SettingsOf<S>,
    signal: AbortSignal,
  ) => Promise<Served>
  /** Second decision: what to record. `served` is undefined for a refused request. */
  readonly log: (
    request: RouteRequest,
    plan: Plan,
    served: Served | undefined,
    context: RouteContext<S, Facts>,
  ) => readonly Message<Out>[]
  readonly copy?: ProxyCopy<Out, S, Facts, Plan, Served, World>
}

/** How many copies may be under way, and how many may wait. */
export interface CopyBounds {
  readonly concurrencyMax: number
  readonly waitingMax: number
}

/** A second serving of a call, to another model, that no caller waits for: bounded, and dropped where there is no room. */
export interface ProxyCopy<Out extends Topic, S extends Settings, Facts, Plan, Served, World> {
  /** Pure: whether this call is copied once its caller has been answered. */
  readonly wanted: (plan: Plan) => boolean
  readonly bounds: (settings: SettingsOf<S>) => CopyBounds
  /** As the proxy's `serve`, without a caller; never throws for a failed upstream. Aborted when the service stops. */
  readonly serve: (
    plan: Plan,
    world: World,
    settings: SettingsOf<S>,
    signal: AbortSignal,
  ) => Promise<Served>
  readonly log: (
    request: RouteRequest,
    plan: Plan,
    served: Served,
    context: RouteContext<S, Facts>,
  ) => readonly Message<Out>[]
}

/**
 * Declares a proxy route. Its answer streams at once and ends when Kafka has acknowledged the call's records, so that a caller
 * who has a whole answer has a logged one. While Kafka does not take records the answer ends at once: they are queued, bounded,
 * and flushed at stop.
 */
export const defineProxy = <
  const Out extends Topic,
  const S extends Settings,
  Facts,
  Plan,
  Served,
  World,
>(
  proxy: Omit<Proxy<Out, S, Facts, Plan, Served, World>, 'kind'>,
): Proxy<Out, S, Facts, Plan, Served, World> => ({ kind: 'proxy', ...proxy })
