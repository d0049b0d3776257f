import type { Envelope } from '#schemas'
import type { PiiEngine } from '../privacy/index.ts'
import type { ClickHouseType } from './clickhouse-type.ts'
import { encodeConstant, writeInteger } from './constant.ts'
import { PlanError } from './reasons.ts'
import type { RedactionTally } from './redaction.ts'
import type { RowWriter } from './row-writer.ts'

/** What the sink knows of a record besides its bytes. */
export interface RowEnvelope {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** The broker's append time, milliseconds since 1970 UTC. */
  readonly arrivedAtMs: number
  /** Whether an earlier record has the same id. */
  readonly isRepeat: boolean
}

/** Writes one column that does not come from the record's fields. */
export type EnvelopeWriter = (to: RowWriter, envelope: RowEnvelope) => void

/** The columns that tell what redaction did; they can only be written after the fields. */
export const isPrivacy = (value: Envelope): boolean =>
  value === 'piiVersion' || value === 'piiCounts' || value === 'redactionFailed'

const writers: Readonly<
  Record<
    Exclude<Envelope, 'piiVersion'>,
    (type: ClickHouseType, tally: RedactionTally) => EnvelopeWriter | undefined
  >
> = {
  topic: ({ name }) => (name === 'String' ? (to, { topic }) => to.string(topic) : undefined),
  partition: (type) =>
    type.name === 'Integer'
      ? (to, { partition }) => writeInteger(to, partition, type.sizeBytes)
      : undefined,
  offset: (type) =>
    type.name === 'Integer' && type.sizeBytes === 8
      ? (to, { offset }) => writeInteger(to, Number(offset), 8)
      : undefined,
  arrivedAtMs: (type) =>
    (type.name === 'DateTime64' && type.precision === 3) ||
    (type.name === 'Integer' && type.sizeBytes === 8)
      ? (to, { arrivedAtMs }) => writeInteger(to, arrivedAtMs, 8)
      : undefined,
  isRepeat: (type) =>
    type.name === 'Bool' || (type.name === 'Integer' && type.sizeBytes === 1)
      ? (to, { isRepeat }) => to.byte(isRepeat ? 1 : 0)
      : undefined,
  piiCounts: (type, tally) => {
    if (type.name !== 'Map' || type.key.name !== 'String' || type.value.name !== 'Integer') {
      return undefined
    }
    const { sizeBytes } = type.value
    return (to) => {
      const found = tally.found()
      to.varuint(found.length)
      for (const [kind, count] of found) {
        to.string(kind)
        writeInteger(to, count, sizeBytes)
      }
    }
  },
  redactionFailed: ({ name }, tally) =>
    name === 'String' ? (to) => to.string(tally.failure) : undefined,
}

const versionWriter = (type: ClickHouseType, engine: PiiEngine | undefined): EnvelopeWriter => {
  const version = engine?.version ?? 0
  const value = type.name === 'String' ? String(version) : version
  const bytes = encodeConstant(type, value, { kind: 'string' })
  return (to) => to.raw(bytes)
}

/**
 * Compiles a column of the envelope: position, arrival, repeat mark, or what redaction did. Offsets
 * are exact up to 2^53.
 *
 * @throws PlanError if the column's type can't hold the value
 */
export const compileEnvelope = (
  value: Envelope,
  type: ClickHouseType,
  tally: RedactionTally,
  engine: PiiEngine | undefined,
): EnvelopeWriter => {
  if (value === 'piiVersion') return versionWriter(type, engine)
  const write = writers[value](type, tally)
  if (write !== undefined) return write
  throw new PlanError(`ClickHouse ${type.name} can't hold ${value}`)
}
