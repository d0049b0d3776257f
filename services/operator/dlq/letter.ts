import type { Position, RawRecord } from '#kit'
import { topics } from '#schemas'

/** A dead letter, without its body: the bodies of a full topic would not fit into memory. */
export interface Letter {
  readonly service: string
  readonly position: Position
  readonly arrivedAtMs: number
  /** `<service>.<processor>` that rejected the record. */
  readonly rejectedBy: string
  readonly stage: string
  readonly reason: string
  /** Where the record came from; undefined when the headers don't say so. */
  readonly source: Position | undefined
  readonly sizeBytes: number
}

const characters = 120

const headerOf = ({ headers }: RawRecord, name: string): string =>
  (headers[`__connect.errors.${name}`]?.toString() ?? '').slice(0, characters).toWellFormed()

const sourceOf = (record: RawRecord): Position | undefined => {
  const topic = headerOf(record, 'topic')
  const partition = headerOf(record, 'partition')
  const offset = headerOf(record, 'offset')
  if (topic === '' || !/^\d{1,9}$/.test(partition) || !/^\d{1,18}$/.test(offset)) return undefined
  return { topic, partition: Number(partition), offset: BigInt(offset) }
}

/** What a dead letter's headers say of it (KIP-298's names). */
export const letterOf = (service: string, record: RawRecord): Letter => ({
  service,
  position: record.position,
  arrivedAtMs: record.timestampMs,
  rejectedBy: headerOf(record, 'connector.name'),
  stage: headerOf(record, 'stage'),
  reason: headerOf(record, 'exception.message'),
  source: sourceOf(record),
  sizeBytes: record.value?.byteLength ?? 0,
})

/** Why a letter can never be sent back, whoever proves it; undefined where it can. */
export const unsendable = ({ service, rejectedBy, source }: Letter): string | undefined => {
  if (source === undefined) return 'its headers do not say where it came from'
  if (!rejectedBy.startsWith(`${service}.`)) return `${rejectedBy || 'nobody'} is not of ${service}`
  const topic = topics.recordTopics.find(({ name }) => name === source.topic)
  if (topic === undefined) return `${source.topic} is no topic of ours`
  // The last record of a key is the state there: an old one sent again would undo what came since.
  return topic.compacted === true ? `${source.topic} holds states, not events` : undefined
}

/** Which letters a person means. */
export interface Choice {
  readonly reason: string
  readonly offsets: readonly bigint[]
  readonly sinceMs: number
}

/** Whether a letter is meant: every condition that was given holds. */
export const isChosen = (letter: Letter, { reason, offsets, sinceMs }: Choice): boolean =>
  letter.reason.includes(reason) &&
  letter.arrivedAtMs >= sinceMs &&
  (offsets.length === 0 || offsets.includes(letter.position.offset))
