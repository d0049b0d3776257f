import type { Topic } from '#schemas'
import type { RawMessage } from '../../broker.ts'
import type { Message } from '../../outcome.ts'
import type {
  Proxy as ProxyDefinition,
  ProxyPlan,
  RouteContext,
  RouteRequest,
} from '../../route.ts'
import { readSettings, type Settings, type SettingsOf } from '../../settings.ts'
import type { Answer } from '../door.ts'
import { encodeMessage, sizeOf } from '../encode.ts'
import { childTraceparent } from '../trace.ts'
import type { Running, Surroundings, Wired } from '../wired.ts'
import { failureReply } from './answer.ts'
import { type CopyQueue, copyQueue, noCopies } from './copy-queue.ts'
import { heldStream } from './held-stream.ts'
import { messageQueue } from './message-queue.ts'
import { openDoor } from './open-door.ts'
import { openQueueSpill } from './open-queue-spill.ts'
import type { MessageQueue } from './queue-options.ts'

const copiesMs = 2000
const flushMs = 3000

interface Machine<Out extends Topic, S extends Settings, Facts, Plan, Served, World> {
  readonly proxy: ProxyDefinition<Out, S, Facts, Plan, Served, World>
  readonly world: World
  readonly settings: SettingsOf<S>
  readonly surroundings: Surroundings
  readonly queue: MessageQueue
  readonly copies: CopyQueue
}

interface Planned<S extends Settings, Facts, Plan> {
  readonly context: RouteContext<S, Facts>
  readonly plan: ProxyPlan<Plan>
}

const makePlan = async <Out extends Topic, S extends Settings, Facts, Plan, Served, World>(
  { proxy, world, settings }: Machine<Out, S, Facts, Plan, Served, World>,
  request: RouteRequest,
): Promise<Planned<S, Facts, Plan>> => {
  const facts = await proxy.gather(request, world, settings)
  const context = { nowMs: request.arrivedAtMs, settings, facts }
  return { context, plan: proxy.plan(request, context) }
}

/** What is known of a call once it is served, and how its answer becomes whole. */
interface Carried<Served> {
  readonly served: Served | undefined
  readonly complete: () => void | Promise<void>
}

const serve = async <Out extends Topic, S extends Settings, Facts, Plan, Served, World>(
  { proxy, world, settings }: Machine<Out, S, Facts, Plan, Served, World>,
  plan: ProxyPlan<Plan>,
  answer: Answer,
): Promise<Carried<Served>> => {
  if (plan.kind === 'refuse') return { served: undefined, complete: () => answer.send(plan.reply) }
  const { stream, release } = heldStream(answer.stream)
  const served = await proxy.serve(plan.plan, stream, world, settings, answer.hungUp)
  const complete = async () => {
    await release()
    answer.end()
  }
  return { served, complete }
}

const record = <Out extends Topic, S extends Settings, Facts, Plan, Served, World>(
  { proxy, surroundings, queue }: Machine<Out, S, Facts, Plan, Served, World>,
  request: RouteRequest,
  records: readonly Message<Out>[],
): Promise<void> => {
  const { traceparent: parent } = request.headers
  const traceparent = childTraceparent(parent, surroundings.service, request.requestId)
  const messages = records.map((each) => encodeMessage(surroundings.codec, each, traceparent))
  const { kafkaMessageBytesMax: bytesMax } = surroundings.settings
  const fits = (each: RawMessage): boolean => sizeOf(each) <= bytesMax
  const acknowledged = queue.add(messages.filter(fits))
  const tooLarge = messages.filter((each) => !fits(each)).length
  if (tooLarge === 0) return acknowledged
  const counter = surroundings.metrics.counter('flywheel_proxy_too_large_total', {
    help: 'Records of proxied calls that no topic takes because of their size.',
    labels: ['service', 'route'],
  })
  counter.add({ service: surroundings.service, route: proxy.name }, tooLarge)
  surroundings.log.error({ route: proxy.name, records: tooLarge }, 'a record is too large')
  return acknowledged
}

const copyLater = <Out extends Topic, S extends Settings, Facts, Plan, Served, World>(
  machine: Machine<Out, S, Facts, Plan, Served, World>,
  request: RouteRequest,
  { context, plan: { kind, plan } }: Planned<S, Facts, Plan>,
): void => {
  const { proxy, world, settings, copies } = machine
  const { copy } = proxy
  if (copy === undefined || kind === 'refuse' || !copy.wanted(plan)) return
  copies.add(async (signal) => {
    const served = await copy.serve(plan, world, settings, signal)
    await record(machine, request, copy.log(request, plan, served, context))
  })
}

const start = async <Out extends Topic, S extends Settings, Facts, Plan, Served, World>(
  proxy: ProxyDefinition<Out, S, Facts, Plan, Served, World>,
  world: World,
  surroundings: Surroundings,
): Promise<Running> => {
  const log = surroundings.log.child({ route: proxy.name })
  const queue = messageQueue({
    ...surroundings,
    log,
    name: proxy.name,
    recordsMax: surroundings.settings.proxyQueueRecordsMax,
    bytesMax: surroundings.settings.proxyQueueBytesMax,
    acknowledgeMs: surroundings.settings.proxyAcknowledgeMs,
    spill: openQueueSpill(surroundings, proxy.name),
  })
  await queue.start()
  const settings = readSettings(proxy.settings, surroundings.environment)
  const bounds = proxy.copy?.bounds(settings)
  const copies =
    bounds === undefined
      ? noCopies
      : copyQueue({ ...surroundings, ...bounds, log, name: proxy.name })
  const machine = { proxy, world, settings, surroundings, queue, copies }
  const answerAndRecord = async (request: RouteRequest, answer: Answer): Promise<void> => {
    try {
      const planned = await makePlan(machine, request)
      const { context, plan } = planned
      const { served, complete } = await serve(machine, plan, answer)
      await record(machine, request, proxy.log(request, plan.plan, served, context))
      await complete()
      copyLater(machine, request, planned)
    } catch (error) {
      answer.send(failureReply(error, log))
    }
  }
  return openDoor(surroundings.door, proxy, settings, answerAndRecord, async () => {
    await copies.stop(AbortSignal.timeout(copiesMs))
    await queue.flush(AbortSignal.timeout(flushMs))
  })
}

/** A proxy with its world: its answers stream at once and end when their records are acknowledged or Kafka takes none. */
export const wireProxy = <Out extends Topic, S extends Settings, Facts, Plan, Served, World>(
  proxy: ProxyDefinition<Out, S, Facts, Plan, Served, World>,
  world: World,
): Wired => ({
  name: `${proxy.service}.${proxy.name}`,
  settings: proxy.settings,
  outputs: proxy.outputs,
  isDoor: true,
  start: async (surroundings) => start(proxy, world, surroundings),
})
