import type { Logger } from '../outside.ts'
import type { Reply, Scope } from '../route.ts'
import { errorReply } from '../runtime/http/answer.ts'
import { Refusal } from '../runtime/http/refusal.ts'
import type { Counter, Metrics } from '../runtime/metrics.ts'
import type { KeyRing } from './key-ring.ts'
import type { Rate } from './rates.ts'

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** What is known of a request before its body. */
export interface Arrival {
  /** Lower-case names. */
  readonly headers: Headers
  readonly address: string
}

/** Somebody who was let in. */
export interface Visitor {
  /** Whose key it was; undefined where keys are off. */
  readonly client: string | undefined
  /** For his answer. */
  readonly headers: Readonly<Record<string, string>>
  /** Takes room for so many bytes of his body; throws `Refusal` where there is none. */
  hold(bytes: number): void
  /** Gives the room back. To be called once. */
  leave(): void
}

/** A path as the guard knows it. */
export interface GuardedPath {
  readonly name: string
  readonly scope?: Scope
}

/** Lets requests in, or throws `Refusal`. */
export interface Guard {
  gateOf(path: GuardedPath): (arrival: Arrival) => Promise<Visitor>
}

/** What the guard goes by. */
export interface GuardOptions {
  /** Undefined: every path is open. */
  readonly keys: KeyRing | undefined
  /** Undefined: as many as come. */
  readonly requests: Rate | undefined
  readonly bytes: Rate | undefined
  /** Most bytes of bodies that are held at a time. */
  readonly bodiesBytesMax: number
  /** Whether the server is reached from this machine alone. */
  readonly isLocal: boolean
  readonly service: string
  readonly metrics: Metrics
  readonly log: Logger
}

// What is left of a refused body is not worth reading.
const close = { connection: 'close' }

const secondsOf = (ms: number): string => String(Math.max(1, Math.ceil(ms / 1000)))

const unauthorized = () =>
  errorReply(
    401,
    'invalid_request_error',
    'There is no valid API key with this request.',
    { 'www-authenticate': 'Bearer' },
    'invalid_api_key',
  )

const forbidden = (scope: Scope) =>
  errorReply(
    403,
    'permission_error',
    `The API key has no scope "${scope}".`,
    {},
    'insufficient_permissions',
  )

const tooMany = (said: string, waitMs: number, headers = {}) =>
  errorReply(
    429,
    'rate_limit_error',
    said,
    { ...headers, 'retry-after': secondsOf(waitMs) },
    'rate_limit_exceeded',
  )

const keyOf = ({ headers }: Arrival): string => {
  const bearer = /^Bearer\s+(\S+)$/i.exec(String(headers['authorization'] ?? ''))?.[1]
  return bearer ?? String(headers['x-api-key'] ?? '')
}

type Refuse = (reason: string, reply: Reply) => Refusal

class DoorGuard implements Guard {
  readonly #options: GuardOptions
  readonly #refused: Counter
  #heldBytes = 0

  constructor(options: GuardOptions) {
    const { metrics, service } = options
    this.#options = options
    this.#refused = metrics.counter('flywheel_http_refused_total', {
      help: 'Requests that were refused before a route saw them, by reason.',
      labels: ['service', 'route', 'reason'],
    })
    metrics.observed(
      'flywheel_http_body_bytes',
      { help: 'Bytes of request bodies that are held now.', labels: ['service'] },
      () => [{ labels: { service }, value: this.#heldBytes }],
    )
  }

  gateOf(path: GuardedPath): (arrival: Arrival) => Promise<Visitor> {
    const { keys, isLocal, service, log } = this.#options
    const { name: route, scope } = path
    if (keys === undefined && scope !== undefined && !isLocal)
      log.warn({ route }, 'this path is open to whoever reaches it: set API_KEYS_FILE')
    const refuse: Refuse = (reason, reply) => {
      this.#refused.add({ service, route, reason })
      return new Refusal(reply)
    }
    return async (arrival) => {
      const client = this.#clientOf(path, arrival, refuse)
      const who = client === undefined || client === '' ? arrival.address : client
      const headers = await this.#withinRates(who, refuse)
      return { client, headers, ...this.#room(who, refuse) }
    }
  }

  #clientOf({ scope }: GuardedPath, arrival: Arrival, refuse: Refuse): string | undefined {
    const { keys } = this.#options
    if (keys === undefined) return undefined
    if (scope === undefined) return ''
    const key = keys.find(keyOf(arrival))
    if (key === undefined) throw refuse('unauthorized', unauthorized())
    if (!key.scopes.includes(scope)) throw refuse('forbidden', forbidden(scope))
    return key.client
  }

  async #withinRates(who: string, refuse: Refuse): Promise<Readonly<Record<string, string>>> {
    const { bytes, requests } = this.#options
    const owesMs = (await bytes?.owesMs(who)) ?? 0
    if (owesMs > 0) throw refuse('bytes', tooMany('Too many bytes a second.', owesMs))
    if (requests === undefined) return {}
    const { granted, remaining, waitMs } = await requests.take(who)
    const headers = {
      'ratelimit-limit': String(requests.perSecond),
      'ratelimit-remaining': String(remaining),
      'ratelimit-reset': secondsOf(waitMs),
    }
    if (granted) return headers
    throw refuse('requests', tooMany('Too many requests a second.', waitMs, headers))
  }

  #room(who: string, refuse: Refuse): Pick<Visitor, 'hold' | 'leave'> {
    const { bodiesBytesMax, bytes } = this.#options
    let held = 0
    return {
      hold: (more) => {
        // One body is always let in: it is bounded by itself.
        if (this.#heldBytes > 0 && this.#heldBytes + more > bodiesBytesMax)
          throw refuse('busy', tooMany('Too much is under way here.', 1000, close))
        this.#heldBytes += more
        held += more
      },
      leave: () => {
        this.#heldBytes -= held
        if (held > 0) void bytes?.charge(who, held)
        held = 0
      },
    }
  }
}

/** Makes a guard. Its limits are this process's own: more instances let more in. */
export const makeGuard = (options: GuardOptions): Guard => new DoorGuard(options)
