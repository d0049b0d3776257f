import type { PartitionOwner, RawRecord } from '../../broker.ts'
import { StartFault } from '../../errors.ts'
import type { ClickHouse } from '../../outside.ts'
import { readSettings, type Settings } from '../../settings.ts'
import type { Sink, SinkInput } from '../../sink.ts'
import { RowWriter } from '../../transcode/index.ts'
import { measureLag, type ProcessorMeters, processorMeters } from '../meters.ts'
import { withPatience } from '../patience.ts'
import { type Pauses, pauses } from '../pauses.ts'
import { deadLetter, decidedFault } from '../processor/dead-letter.ts'
import type { Running, Surroundings, Wired } from '../wired.ts'
import { PartitionSink } from './partition-sink.ts'
import type { RepeatIndex } from './repeats.ts'
import { type EncodeBlock, type RejectedRow, storeBlock } from './store-block.ts'
import { loadRepeats, tableStore } from './table-store.ts'

interface Machine {
  readonly sink: Sink<Settings>
  readonly limits: ReturnType<Sink<Settings>['limits']>
  readonly surroundings: Surroundings
  readonly clickhouse: ClickHouse
  readonly meters: ProcessorMeters
  readonly pauses: Pauses
  readonly onFailure: (error: unknown) => void
}

/** Encodes into one buffer a partition, which each insert has sent before the next block is encoded. */
const encoderOf = (
  input: SinkInput,
  transcoder: ReturnType<SinkInput['transcoder']>,
  repeats: () => Promise<RepeatIndex>,
): EncodeBlock => {
  const writer = new RowWriter(1 << 20)
  return async (records) => {
    await transcoder.prepare(records)
    const index = await repeats()
    writer.reset()
    const accepted: RawRecord[] = []
    const rejected: RejectedRow[] = []
    for (const record of records) {
      const id = input.repeatsBy === undefined ? undefined : record.key?.toString()
      const isRepeat = id !== undefined && index.isRepeat(id, record.position.offset)
      const reason = transcoder.append(record, writer, isRepeat)
      if (reason === undefined) accepted.push(record)
      else rejected.push({ record, reason })
    }
    return { bytes: Buffer.from(writer.written()), accepted, rejected }
  }
}

const rejectOf =
  ({ sink, surroundings, meters, pauses: waiting }: Machine, lost: AbortSignal) =>
  async (rows: readonly RejectedRow[]): Promise<void> => {
    if (rows.length === 0) return
    const { broker, settings, clock, signal } = surroundings
    const rejecter = {
      service: sink.service,
      name: sink.name,
      messageBytesMax: settings.kafkaMessageBytesMax,
    }
    const letters = rows.map(({ record, reason }) =>
      deadLetter(record, decidedFault('VALUE_CONVERTER', reason), rejecter),
    )
    const until = AbortSignal.any([lost, signal])
    await withPatience(() => broker.produce(letters), clock, waiting.watch('dead letters'), until)
    for (const { reason } of rows) {
      meters.outcome('reject', reason)
      meters.deadLetter(reason)
    }
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
  const encode = encoderOf(input, transcoder, repeats)
  const store = tableStore(input, clickhouse)
  const watcher = waiting.watch(`${owner.topic}/${owner.partition}`)
  return new PartitionSink(owner, {
    limits,
    store: (records, bounds, history, announcePart, lost) =>
      storeBlock(records, bounds, history, {
        store,
        encode,
        announcePart,
        onRepair: (rows) => surroundings.log.warn({ ...bounds, rows }, 'repairing missing rows'),
        patiently: (attempt, onFailure) => {
          const told = {
            ...watcher,
            paused: (...args: Parameters<typeof watcher.paused>) => {
              onFailure()
              watcher.paused(...args)
            },
          }
          const until = AbortSignal.any([lost, surroundings.signal])
          return withPatience(attempt, surroundings.clock, told, until)
        },
      }),
    reject: rejectOf(machine, owner.lost),
    onStored: (records, rejected) => {
      meters.batch(records.length, 0)
      for (let i = rejected.length; i < records.length; i++) meters.outcome('store', input.table)
    },
    after: (waitMs, action) => {
      const timer = setTimeout(action, waitMs)
      return () => clearTimeout(timer)
    },
    onFailure: machine.onFailure,
  })
}

const start = async (sink: Sink<Settings>, surroundings: Surroundings): Promise<Running> => {
  const { service, name } = sink
  const { metrics, clock, broker } = surroundings
  const meters = processorMeters(metrics, service, name)
  const waiting = pauses(clock, surroundings.log.child({ sink: name }), meters)
  const failed = Promise.withResolvers<never>()
  const machine: Machine = {
    sink,
    limits: sink.limits(readSettings(sink.settings, surroundings.environment)),
    surroundings,
    clickhouse: surroundings.clickhouse(),
    meters,
    pauses: waiting,
    onFailure: failed.reject,
  }
  const consumption = await broker.drain({
    group: `${service}.${name}`,
    topics: sink.inputs.map(({ topic }) => topic),
    worker: (owner) => workerOf(owner, machine),
  })
  const unmeasure = measureLag(metrics, service, name, () => consumption.lag())
  return {
    done: Promise.race([consumption.done, failed.promise]),
    ready: () => consumption.joined() && waiting.ready(),
    stop: async () => {
      unmeasure()
      await consumption.stop()
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
