import type { Topic, ValueOf } from '#schemas'
import type { RawBatch, RawMessage, RawRecord } from '../../broker.ts'
import { Transient } from '../../errors.ts'
import type { Delivery, Emit, Outcome } from '../../outcome.ts'
import type { Processor } from '../../processor.ts'
import { isRedrivenForOther } from '../../redriven.ts'
import type { Settings, SettingsOf } from '../../settings.ts'
import { carryOut } from '../deliveries.ts'
import { encodeMessage, sizeOf } from '../encode.ts'
import { childTraceparent } from '../trace.ts'
import type { Surroundings } from '../wired.ts'
import { bugFault, decidedFault, type Fault } from './dead-letter.ts'
import { decodeBatch, type Failed, type Readable } from './decode-batch.ts'
import { gatherFacts } from './gather.ts'

/** What became of one record. */
export type Settled =
  | {
      readonly kind: 'emit'
      readonly record: RawRecord
      readonly messages: readonly RawMessage[]
      readonly deliveries: readonly Delivery[]
    }
  | { readonly kind: 'drop'; readonly record: RawRecord; readonly reason: string }
  | { readonly kind: 'reject'; readonly record: RawRecord; readonly fault: Fault }

/** A processor with its world, settings and surroundings. */
export interface Machine<In extends Topic, Out extends Topic, S extends Settings, Facts, World> {
  readonly processor: Processor<In, Out, S, Facts, World>
  readonly world: World
  readonly settings: SettingsOf<S>
  readonly surroundings: Surroundings
}

const rejected = ({ record, fault }: Failed): Settled => ({ kind: 'reject', record, fault })

const settleEmit = <In extends Topic, Out extends Topic, S extends Settings, Facts, World>(
  { processor, surroundings }: Machine<In, Out, S, Facts, World>,
  { record, arrived }: Readable<ValueOf<In>>,
  outcome: Emit<Out>,
): Settled => {
  const { topic, partition, offset } = record.position
  const { traceparent: parent } = arrived.headers
  const traceparent = childTraceparent(
    parent,
    `${processor.service}.${processor.name}`,
    `${topic}/${partition}/${offset}`,
  )
  const messages = outcome.messages.map((each) =>
    encodeMessage(surroundings.codec, each, traceparent),
  )
  if (messages.some((each) => sizeOf(each) > surroundings.settings.kafkaMessageBytesMax))
    return rejected({ record, fault: decidedFault('TRANSFORMATION', 'output too large') })
  return { kind: 'emit', record, messages, deliveries: outcome.deliveries }
}

const settleOutcome = <In extends Topic, Out extends Topic, S extends Settings, Facts, World>(
  machine: Machine<In, Out, S, Facts, World>,
  readable: Readable<ValueOf<In>>,
  outcome: Outcome<Out>,
): Settled => {
  const { record } = readable
  switch (outcome.kind) {
    case 'emit':
      return settleEmit(machine, readable, outcome)
    case 'drop':
      return { kind: 'drop', record, reason: outcome.reason }
    case 'reject':
      return rejected({ record, fault: decidedFault('TRANSFORMATION', outcome.reason) })
  }
}

const settleOne = <In extends Topic, Out extends Topic, S extends Settings, Facts, World>(
  machine: Machine<In, Out, S, Facts, World>,
  readable: Readable<ValueOf<In>>,
  facts: Facts,
): Settled => {
  const { value, position, timestampMs: nowMs, headers } = readable.arrived
  const { settings } = machine
  try {
    const context = { nowMs, settings, facts, position, headers }
    return settleOutcome(machine, readable, machine.processor.decide(value, context))
  } catch (error) {
    if (error instanceof Transient) throw error
    return rejected({ record: readable.record, fault: bugFault(error) })
  }
}

const settleReadable = async <In extends Topic, Out extends Topic, S extends Settings, F, World>(
  machine: Machine<In, Out, S, F, World>,
  readables: readonly Readable<ValueOf<In>>[],
  signal: AbortSignal,
): Promise<readonly Settled[]> => {
  const { processor, world, settings } = machine
  const { gather } = processor
  const gathered = await gatherFacts(
    async (records: readonly Readable<ValueOf<In>>[]) =>
      gather === undefined
        ? // Facts is undefined where there is no gather; the compiler can't tie the two together.
          records.map(() => undefined as F)
        : gather(
            records.map((readable) => readable.arrived),
            world,
            settings,
            signal,
          ),
    readables,
    signal,
  )
  return readables.flatMap((readable, index) => {
    const facts = gathered[index]
    if (facts === undefined) return []
    if ('fault' in facts) return [rejected({ record: readable.record, fault: facts.fault })]
    return [settleOne(machine, readable, facts.facts)]
  })
}

const deliver = async (
  settled: readonly Settled[],
  surroundings: Surroundings,
): Promise<readonly Settled[]> => {
  const deliveries = settled.flatMap((each) => (each.kind === 'emit' ? each.deliveries : []))
  const failures = await carryOut(deliveries, surroundings)
  if (failures.size === 0) return settled
  return settled.map((each) => {
    const failed = each.kind === 'emit' && each.deliveries.find(({ id }) => failures.has(id))
    if (failed === false || failed === undefined) return each
    return rejected({ record: each.record, fault: bugFault(failures.get(failed.id)) })
  })
}

const leftAlone = (record: RawRecord): Settled => ({
  kind: 'drop',
  record,
  reason: 'redriven for another',
})

/**
 * One try at a batch: read, gather, decide, encode, deliver. One answer a record. Throws `Transient` when a neighbour
 * failed: nothing was written that a second try would not write again.
 */
export const settleBatch = async <In extends Topic, Out extends Topic, S extends Settings, F, W>(
  machine: Machine<In, Out, S, F, W>,
  batch: RawBatch,
  signal: AbortSignal,
): Promise<readonly Settled[]> => {
  const { processor, surroundings } = machine
  const name = `${processor.service}.${processor.name}`
  const others = batch.records.filter((record) => isRedrivenForOther(record, name))
  const own = batch.records.filter((record) => !isRedrivenForOther(record, name))
  const read = await decodeBatch(surroundings.codec, processor.input, own)
  const readables = read.filter((each) => 'arrived' in each)
  const decided = (await settleReadable(machine, readables, signal)).values()
  const settled = read.flatMap((each) => {
    const next = 'fault' in each ? rejected(each) : decided.next().value
    return next === undefined ? [] : [next]
  })
  return [...others.map(leftAlone), ...(await deliver(settled, surroundings))]
}
