import type { PartitionOwner } from '../../broker.ts'
import { StartFault } from '../../errors.ts'
import { readSettings, type Settings } from '../../settings.ts'
import type { Sink, SinkInput } from '../../sink.ts'
import { measureLag, processorMeters } from '../meters.ts'
import type { Metrics } from '../metrics.ts'
import { offsetAlarm } from '../offset-alarm.ts'
import { type Watcher, withPatience } from '../patience.ts'
import { pauses } from '../pauses.ts'
import type { Running, Surroundings, Wired } from '../wired.ts'
import { ByteBudget } from './byte-budget.ts'
import { BlockBuffers, beginBlock } from './encode-block.ts'
import type { Machine } from './machine.ts'
import { PartitionSink } from './partition-sink.ts'
import { rejectOf } from './reject-rows.ts'
import type { RepeatIndex } from './repeats.ts'
import { storeBlock } from './store-block.ts'
import { loadRepeats, newestStored, tableStore } from './table-store.ts'

/** Rows without an offset in the group: the topic was deleted, or the group's offsets ran out. It is told, and read anew. */
const newestOf = async (
  input: SinkInput,
  { topic, partition, lost }: PartitionOwner,
  { clickhouse, surroundings, onLost }: Machine,
  watcher: Watcher,
): Promise<bigint> => {
  const until = AbortSignal.any([lost, surroundings.signal])
  const ask = () => newestStored(input, partition, clickhouse)
  const newest = await withPatience(ask, surroundings.clock, watcher, until)
  if (newest >= 0n)
    onLost({ topic, partition, kind: 'recreated', next: newest + 1n, from: 0n, end: -1n })
  return newest
}

const workerOf = (owner: PartitionOwner, machine: Machine): PartitionSink => {
  const { sink, limits, surroundings, clickhouse, meters, pauses: waiting } = machine
  const input = sink.inputs.find(({ topic }) => topic === owner.topic)
  if (input === undefined) throw new StartFault(`${sink.name} has no table for ${owner.topic}`)
  let loading: Promise<RepeatIndex> | undefined
  const repeats = (): Promise<RepeatIndex> => {
    loading ??= loadRepeats(input, owner.partition, limits.idsMax, clickhouse).catch((error) => {
      loading = undefined
      throw error
    })
    return loading
  }
  const transcoder = input.transcoder(surroundings.codec.writerSchema)
  const name = `${sink.service}.${sink.name}`
  const encoder = { name, input, transcoder, repeats, buffers: machine.buffers }
  const store = tableStore(input, clickhouse)
  const watcher = waiting.watch(`${owner.topic}/${owner.partition}`)
  return new PartitionSink(owner, {
    limits,
    budget: machine.budget,
    newestStored: () => newestOf(input, owner, machine, watcher),
    store: async (records, bounds, history, protocol) => {
      const block = beginBlock(encoder)
      const rejected = await storeBlock(records, bounds, history, {
        store,
        encode: block.encode,
        ...protocol,
        onRepair: (rows) => surroundings.log.warn({ ...bounds, rows }, 'repairing missing rows'),
        patiently: (attempt, onFailure) => {
          const told = {
            ...watcher,
            paused: (...args: Parameters<typeof watcher.paused>) => {
              onFailure()
              block.failed()
              watcher.paused(...args)
            },
          }
          const until = AbortSignal.any([owner.lost, surroundings.signal])
          return withPatience(attempt, surroundings.clock, told, until)
        },
      })
      block.end()
      return rejected
    },
    reject: rejectOf(machine, owner.lost),
    onStored: (records, rejected) => {
      meters.batch(records.length, 0)
      const stored = records.length - rejected.length
      if (stored > 0) meters.outcome('store', input.table, stored)
    },
    after: (waitMs, action) => {
      const timer = setTimeout(action, waitMs)
      return () => clearTimeout(timer)
    },
    onFailure: machine.onFailure,
  })
}

const budgetOf = (
  metrics: Metrics,
  { service, name }: Sink<Settings>,
  bytesMax: number,
): { readonly budget: ByteBudget; readonly unmeasure: () => void } => {
  const who = { service, processor: name }
  const labels = ['service', 'processor']
  const early = metrics.counter('flywheel_sink_pauses_total', {
    help: 'Times that a partition stopped taking records because all together held too much.',
    labels,
  })
  const budget = new ByteBudget(bytesMax, () => early.add(who))
  const unmeasure = metrics.observed(
    'flywheel_sink_buffered_bytes',
    { help: 'Bytes of keys and values that wait for ClickHouse.', labels },
    () => [{ labels: who, value: budget.heldBytes }],
  )
  return { budget, unmeasure }
}

const start = async (sink: Sink<Settings>, surroundings: Surroundings): Promise<Running> => {
  const { service, name } = sink
  const { metrics, clock, broker } = surroundings
  const meters = processorMeters(metrics, service, name)
  const waiting = pauses(clock, surroundings.log.child({ sink: name }), meters)
  const failed = Promise.withResolvers<never>()
  const limits = sink.limits(readSettings(sink.settings, surroundings.environment))
  const { budget, unmeasure } = budgetOf(metrics, sink, limits.bufferBytesMax)
  const machine: Machine = {
    sink,
    limits,
    budget,
    buffers: new BlockBuffers(),
    surroundings,
    clickhouse: surroundings.clickhouse(),
    meters,
    pauses: waiting,
    onFailure: failed.reject,
    onLost: offsetAlarm(metrics, surroundings.log, service, name),
  }
  const consumption = await broker.drain({
    group: `${service}.${name}`,
    topics: sink.inputs.map(({ topic }) => topic),
    worker: (owner) => workerOf(owner, machine),
    onLost: machine.onLost,
  })
  const endLag = measureLag(metrics, service, name, () => consumption.lag())
  return {
    done: Promise.race([consumption.done, failed.promise]),
    ready: () => consumption.joined() && waiting.ready(),
    stop: async () => {
      endLag()
      await consumption.stop()
      unmeasure()
    },
  }
}

/** A sink as something that `run` starts. */
export const wireSink = <S extends Settings>(sink: Sink<S>): Wired => ({
  name: `${sink.service}.${sink.name}`,
  settings: sink.settings,
  outputs: [],
  start: (surroundings) => start(sink as unknown as Sink<Settings>, surroundings),
})
