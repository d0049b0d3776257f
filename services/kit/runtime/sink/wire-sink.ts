import { topics } from '#schemas'
import { MessageRefused, type PartitionOwner, type RawRecord } from '../../broker.ts'
import { StartFault } from '../../errors.ts'
import type { ClickHouse } from '../../outside.ts'
import { readSettings, type Settings } from '../../settings.ts'
import type { Sink, SinkInput } from '../../sink.ts'
import { RowWriter } from '../../transcode/index.ts'
import { measureLag, type ProcessorMeters, processorMeters } from '../meters.ts'
import type { Metrics } from '../metrics.ts'
import { offsetAlarm } from '../offset-alarm.ts'
import { withPatience } from '../patience.ts'
import { type Pauses, pauses } from '../pauses.ts'
import { deadLetter, decidedFault, keepBodies } from '../processor/dead-letter.ts'
import type { Running, Surroundings, Wired } from '../wired.ts'
import { ByteBudget } from './byte-budget.ts'
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
  readonly budget: ByteBudget
  /** One for all partitions: a block is encoded without a pause, and copied. */
  readonly writer: RowWriter
  readonly onFailure: (error: unknown) => void
}

const encoderOf = (
  input: SinkInput,
  transcoder: ReturnType<SinkInput['transcoder']>,
  repeats: () => Promise<RepeatIndex>,
  writer: RowWriter,
): EncodeBlock => {
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

/** A cluster whose dead-letter topic takes less than it is said to gets ever shorter letters, down to this. */
const letterBytesMin = 10_000

const publishLetters = async (
  rows: readonly RejectedRow[],
  messageBytesMax: number,
  { sink, surroundings, pauses: waiting }: Machine,
  until: AbortSignal,
): Promise<void> => {
  const { broker, clock, objects } = surroundings
  const rejecter = { service: sink.service, name: sink.name, messageBytesMax }
  const letters = rows.map(({ record, reason }) =>
    deadLetter(record, decidedFault('VALUE_CONVERTER', reason), rejecter),
  )
  const messages = letters.map(({ message }) => message)
  const send = async (): Promise<void> => {
    await keepBodies(letters, objects)
    await broker.produce(messages)
  }
  await withPatience(send, clock, waiting.watch('dead letters'), until)
}

const rejectOf = (machine: Machine, lost: AbortSignal) => {
  const { sink, surroundings, meters } = machine
  const own = topics.deadLettersOf(sink.service)
  const until = AbortSignal.any([lost, surroundings.signal])
  const publish = async (rows: readonly RejectedRow[], bytesMax: number): Promise<void> => {
    try {
      await publishLetters(rows, bytesMax, machine, until)
    } catch (error) {
      if (!(error instanceof MessageRefused) || bytesMax <= letterBytesMin) throw error
      await publish(rows, Math.max(letterBytesMin, bytesMax >> 2))
    }
  }
  return async (rows: readonly RejectedRow[]): Promise<void> => {
    const letters = rows.filter(({ record }) => record.position.topic !== own)
    if (letters.length > 0) await publish(letters, surroundings.settings.kafkaDeadLetterBytesMax)
    for (const { reason } of letters) {
      meters.outcome('reject', reason)
      meters.deadLetter(reason)
    }
    for (const { record, reason } of rows) {
      if (record.position.topic !== own) continue
      // A letter about a letter would come back here for ever.
      const offset = String(record.position.offset)
      surroundings.log.error({ offset, because: reason }, 'an own dead letter is dropped')
      meters.outcome('drop', 'own dead letter')
    }
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
  const encode = encoderOf(input, transcoder, repeats, machine.writer)
  const store = tableStore(input, clickhouse)
  const watcher = waiting.watch(`${owner.topic}/${owner.partition}`)
  return new PartitionSink(owner, {
    limits,
    budget: machine.budget,
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
    writer: new RowWriter(1 << 20),
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
    onLost: offsetAlarm(metrics, surroundings.log, service, name),
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
