import type { Topic, ValueOf } from '#schemas'
import type { Broker, Follower, RawBatch, RawRecord } from '../broker.ts'
import type { Logger, View, ViewOptions } from '../outside.ts'
import { isRedriven } from '../redriven.ts'
import type { Clock } from './clock.ts'
import type { Codec, Decoded } from './codec.ts'
import type { Metrics } from './metrics.ts'
import { withPatience } from './patience.ts'
import { within } from './within.ts'

const latestWithinMs = 30_000

/** What a view needs to run. */
export interface ViewSurroundings {
  readonly service: string
  readonly broker: Broker
  readonly codec: Codec
  readonly log: Logger
  readonly metrics: Metrics
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** A view and its life: it follows its topic from `start` to `stop`. */
export interface LivingView<Value> {
  readonly view: View<Value>
  /** Resolves when it has caught up with its topic. */
  start(surroundings: ViewSurroundings): Promise<void>
  stop(): Promise<void>
}

const keeper = <T extends Topic, Kept>(
  topic: T,
  { boundEntries, keep }: ViewOptions<ValueOf<T>, Kept>,
  around: ViewSurroundings,
) => {
  const entries = new Map<string, Kept>()
  const { service, metrics, codec, clock, signal } = around
  const log = around.log.child({ view: topic.name })
  const labels = ['service', 'topic']
  const who = { service, topic: topic.name }
  const skipped = metrics.counter('flywheel_view_skipped_total', {
    help: 'Records that a view could not read.',
    labels,
  })
  const over = metrics.gauge('flywheel_view_over_bound', {
    help: '1 when a view holds more keys than it is meant to.',
    labels,
  })
  const watcher = {
    paused: (error: Error) => log.warn({ because: error.message }, 'a view waits for a neighbour'),
    resumed: () => log.info({}, 'a view goes on'),
  }
  const check = (): void => {
    if (entries.size > boundEntries && entries.size % 1000 === 1)
      log.error({ entries: entries.size, boundEntries }, 'a view outgrew its bound')
    over.set(who, entries.size > boundEntries ? 1 : 0)
  }
  /** The codec read the value with the schema that ValueOf<T> was generated from; without `keep`, Kept is that type. */
  const hold = (name: string, value: ValueOf<T>): void => {
    const kept = keep === undefined ? (value as unknown as Kept) : keep(value)
    if (kept === undefined) entries.delete(name)
    else entries.set(name, kept)
  }
  const apply = (record: RawRecord, result: Decoded | undefined): void => {
    const { key, value } = record
    const name = key?.toString() ?? ''
    // Sent back from dead letters, it is older than what is known of its key.
    if (isRedriven(record) && entries.has(name)) return
    if (value === null) entries.delete(name)
    else if (result === undefined || 'fault' in result) skipped.add(who)
    else hold(name, result.value as ValueOf<T>)
  }
  const take = async ({ records }: RawBatch): Promise<void> => {
    const values = records.map(({ value }) => value)
    const read = () => codec.decode(topic, values)
    const decoded = await withPatience(read, clock, watcher, signal)
    for (const [index, record] of records.entries()) apply(record, decoded[index])
    check()
  }
  return { entries, take }
}

/** A view that does not follow its topic yet. */
export const livingView = <T extends Topic, Kept = ValueOf<T>>(
  topic: T,
  options: ViewOptions<ValueOf<T>, Kept>,
): LivingView<Kept> => {
  let entries: ReadonlyMap<string, Kept> = new Map()
  let follower: Follower | undefined
  let ready = false
  const following = (): Follower => {
    if (follower === undefined)
      throw new Error(`the view of ${topic.name} is read before its service started`)
    return follower
  }
  return {
    view: {
      get: (key) => entries.get(key),
      values: () => entries.values(),
      waitForLatest: async () =>
        within(following().caughtUp(), latestWithinMs, `catching up with ${topic.name}`),
      ready: () => ready,
    },
    start: async (surroundings) => {
      const kept = keeper(topic, options, surroundings)
      entries = kept.entries
      follower = await surroundings.broker.follow({ topic: topic.name, take: kept.take })
      await follower.caughtUp()
      ready = true
    },
    stop: async () => follower?.stop(),
  }
}
