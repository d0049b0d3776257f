import type { Topic } from '#schemas'
import type { RawBatch, RawMessage, RawRecord } from '../../broker.ts'
import type { Processor } from '../../processor.ts'
import { readSettings, type Settings } from '../../settings.ts'
import { measureLag, type ProcessorMeters, processorMeters } from '../meters.ts'
import { offsetAlarm } from '../offset-alarm.ts'
import { withPatience } from '../patience.ts'
import { type Pauses, pauses } from '../pauses.ts'
import type { Running, Surroundings, Wired } from '../wired.ts'
import { bugCeiling } from './bug-ceiling.ts'
import { type DeadLetter, deadLetter, keepBodies, type Rejecter } from './dead-letter.ts'
import { type Machine, type Settled, settleBatch } from './settle-batch.ts'

const isBug = (settled: Settled): boolean =>
  settled.kind === 'reject' && settled.fault.reason.startsWith('bug: ')

const count = (settled: readonly Settled[], meters: ProcessorMeters): void => {
  for (const each of settled) {
    if (each.kind === 'emit') meters.outcome('emit', '')
    else if (each.kind === 'drop') meters.outcome('drop', each.reason)
    else {
      meters.outcome('reject', each.fault.reason)
      meters.deadLetter(each.fault.reason)
    }
  }
}

const lettersOf = (
  settled: readonly Settled[],
  rejecter: Rejecter,
): ReadonlyMap<Settled, DeadLetter> =>
  new Map(
    settled.flatMap((each) =>
      each.kind === 'reject'
        ? [[each, deadLetter(each.record, each.fault, rejecter)] as const]
        : [],
    ),
  )

const messagesOf = (
  settled: readonly Settled[],
  letters: ReadonlyMap<Settled, DeadLetter>,
): readonly RawMessage[] =>
  settled.flatMap((each) => {
    if (each.kind === 'emit') return each.messages
    const letter = letters.get(each)
    return letter === undefined ? [] : [letter.message]
  })

interface Parts {
  readonly meters: ProcessorMeters
  readonly pauses: Pauses
  readonly fail: (error: unknown) => void
}

const batchProcess = <In extends Topic, Out extends Topic, S extends Settings, Facts, World>(
  machine: Machine<In, Out, S, Facts, World>,
  { meters, pauses: waiting, fail }: Parts,
) => {
  const { processor, surroundings } = machine
  const { clock, settings } = surroundings
  const ceiling = bugCeiling(settings.bugsMax)
  const rejecter = {
    service: processor.service,
    name: processor.name,
    messageBytesMax: settings.kafkaDeadLetterBytesMax,
  }
  return async (batch: RawBatch, signal: AbortSignal): Promise<readonly RawMessage[]> => {
    const startedMs = clock.nowMs()
    const watcher = waiting.watch(`${batch.topic}/${batch.partition}`)
    try {
      const attempt = () => settleBatch(machine, batch, signal)
      // The broker gives a batch 3 s to finish after a stop; waiting for a neighbour needs none of it.
      const patience = AbortSignal.any([signal, surroundings.signal])
      const settled = await withPatience(attempt, clock, watcher, patience)
      const letters = lettersOf(settled, rejecter)
      const keep = () => keepBodies([...letters.values()], surroundings.objects)
      await withPatience(keep, clock, watcher, patience)
      ceiling.note(settled.map(isBug))
      count(settled, meters)
      meters.batch(batch.records.length, (clock.nowMs() - startedMs) / 1000)
      return messagesOf(settled, letters)
    } catch (error) {
      if (!signal.aborted && !surroundings.signal.aborted) fail(error)
      throw error
    }
  }
}

/** How many records come before the first key that was there already. */
const beforeRepeatedKey = (records: readonly RawRecord[]): number => {
  const keys = new Set<string>()
  const repeated = records.findIndex(({ key }) => {
    const name = key?.toString('latin1') ?? ''
    const there = keys.has(name)
    keys.add(name)
    return there
  })
  return repeated === -1 ? records.length : repeated
}

const start = async <In extends Topic, Out extends Topic, S extends Settings, Facts, World>(
  processor: Processor<In, Out, S, Facts, World>,
  world: World,
  surroundings: Surroundings,
): Promise<Running> => {
  const { broker, environment, metrics, clock } = surroundings
  const { service, name } = processor
  const settings = readSettings(processor.settings, environment)
  const meters = processorMeters(metrics, service, name)
  const log = surroundings.log.child({ processor: name })
  const waiting = pauses(clock, log, meters)
  const failed = Promise.withResolvers<never>()
  const consumption = await broker.consume({
    group: `${service}.${name}`,
    topics: [processor.input.name],
    batchRecordsMax: processor.batchRecordsMax ?? surroundings.settings.batchRecordsMax,
    ...(processor.oneRecordPerKey === true ? { cut: beforeRepeatedKey } : {}),
    onLost: offsetAlarm(metrics, log, service, name),
    process: batchProcess(
      { processor, world, settings, surroundings },
      { meters, pauses: waiting, fail: failed.reject },
    ),
  })
  const endLag = measureLag(metrics, service, name, () => consumption.lag())
  return {
    done: Promise.race([consumption.done, failed.promise]),
    ready: () => consumption.joined() && waiting.ready(),
    stop: async () => {
      await consumption.stop()
      endLag()
    },
  }
}

/** A processor with its world; consumer group `<service>.<name>`. */
export const wireProcessor = <
  In extends Topic,
  Out extends Topic,
  S extends Settings,
  Facts,
  World,
>(
  processor: Processor<In, Out, S, Facts, World>,
  world: World,
): Wired => ({
  name: `${processor.service}.${processor.name}`,
  settings: processor.settings,
  outputs: processor.outputs,
  start: (surroundings) => start(processor, world, surroundings),
})
