import type { Column } from '#schemas'
import type { PiiEngine } from '../privacy/index.ts'
import { type AvroRecord, parseAvroRecord } from './avro-type.ts'
import { type ClickHouseType, parseClickHouseType } from './clickhouse-type.ts'
import { encodeConstant } from './constant.ts'
import { CopyCompiler } from './copy.ts'
import { Cursor } from './cursor.ts'
import { compileEnvelope, isPrivacy, type RowEnvelope } from './envelope.ts'
import { PlanError, type RejectReason } from './reasons.ts'
import { compileIndex, fieldAt } from './record-index.ts'
import { RedactionTally } from './redaction.ts'
import type { RowWriter } from './row-writer.ts'
import { SkipCompiler } from './skip.ts'

/**
 * Appends one record to `to` as a row, and returns undefined; or appends nothing and returns why the
 * bytes are refused. Never throws on hostile bytes and never reads past their end.
 *
 * @param bytes - a message's value, to its end
 * @param offset - where the Avro data begins in it: 5 in Confluent's wire format
 */
export type Plan = (
  bytes: Buffer,
  offset: number,
  to: RowWriter,
  envelope: RowEnvelope,
) => RejectReason | undefined

/** What a plan is compiled from. */
export interface PlanParts {
  /** The Avro schema that the bytes were written with: JSON text or parsed JSON. */
  readonly writerSchema: unknown
  /** Our own schema of the topic: defaults, the meaning of fields and the marks `"pii"`. */
  readonly readerSchema: unknown
  /** The columns of the INSERT, in its order. */
  readonly columns: readonly Pick<Column, 'name' | 'type' | 'source'>[]
  /** The engine for fields marked `"pii"`; `'off'` copies them as they are and is meant for a bench. */
  readonly privacy: PiiEngine | 'off'
}

type WriteColumn = (from: Cursor, to: RowWriter, envelope: RowEnvelope) => void

interface Schemas {
  readonly writer: AvroRecord
  readonly reader: AvroRecord
  readonly engine: PiiEngine | undefined
  readonly tally: RedactionTally
}

const compileField = (
  path: readonly string[],
  type: ClickHouseType,
  start: { readonly starts: Int32Array; readonly slot: number },
  { writer, reader, engine, tally }: Schemas,
): WriteColumn => {
  const name = path.join('.')
  const ours = fieldAt(reader, path)
  if (ours === undefined) throw new PlanError(`${name}: not a field of our own schema`)
  const constant = encodeConstant(type, ours.fallback, ours.type)
  const written = fieldAt(writer, path)
  if (written === undefined) return (_, to) => to.raw(constant)
  const pii = markOf(reader, path) ?? markOf(writer, path)
  const compiler = new CopyCompiler(name, engine, tally)
  const copy = compiler.compile({
    writer: written.type,
    reader: ours.type,
    to: type,
    pii,
    fallback: ours.fallback,
  })
  const { starts, slot } = start
  return (from, to) => {
    from.position = starts[slot] as number
    if (from.position < 0) to.raw(constant)
    else copy(from, to)
  }
}

/** A mark on a record covers everything in it; the innermost mark counts. */
const markOf = (record: AvroRecord, path: readonly string[]): 'text' | 'json' | undefined => {
  for (let length = path.length; length > 0; length--) {
    const mark = fieldAt(record, path.slice(0, length))?.pii
    if (mark !== undefined) return mark
  }
  return undefined
}

const compileColumn = (
  { name, type: typeName, source }: PlanParts['columns'][number],
  start: { readonly starts: Int32Array; readonly slot: number },
  schemas: Schemas,
): WriteColumn => {
  const type = parseClickHouseType(typeName)
  try {
    if (source.kind === 'field') return compileField(source.path, type, start, schemas)
    const write = compileEnvelope(source.value, type, schemas.tally, schemas.engine)
    return (_, to, envelope) => write(to, envelope)
  } catch (error) {
    if (!(error instanceof PlanError)) throw error
    throw new PlanError(`column ${name}: ${error.message}`)
  }
}

const checkOrder = (columns: PlanParts['columns']): void => {
  const lastField = columns.findLastIndex(({ source }) => source.kind === 'field')
  const first = columns.findIndex(
    ({ source }) => source.kind === 'envelope' && isPrivacy(source.value),
  )
  if (first === -1 || first > lastField) return
  throw new PlanError(`column ${columns[first]?.name}: must come after the columns of fields`)
}

/**
 * Compiles the way from a writer's Avro bytes to rows of a table in RowBinary, without an object in
 * between: one pass checks the whole record and notes where its fields begin, then the columns are
 * written in their own order. Fields that the writer does not know get our schema's default, fields
 * that we don't know are passed over. Records in arrays become `Array(Tuple(…))`, their elements in
 * the order of our own schema's fields. The plan is not reentrant.
 *
 * @throws PlanError if a schema is invalid or a field does not fit its column
 */
export const compilePlan = ({ writerSchema, readerSchema, columns, privacy }: PlanParts): Plan => {
  const tally = new RedactionTally()
  const schemas: Schemas = {
    writer: parseAvroRecord(writerSchema),
    reader: parseAvroRecord(readerSchema),
    engine: privacy === 'off' ? undefined : privacy,
    tally,
  }
  checkOrder(columns)
  const starts = new Int32Array(columns.length)
  const wanted = columns.flatMap(({ source }, slot) =>
    source.kind === 'field' ? [{ path: source.path, slot }] : [],
  )
  const index = compileIndex(schemas.writer, wanted, new SkipCompiler())
  const writes = columns.map((column, slot) => compileColumn(column, { starts, slot }, schemas))
  const from = new Cursor()
  return (bytes, offset, to, envelope) => {
    from.open(bytes, offset)
    starts.fill(-1)
    index(from, starts)
    if (from.position < from.end) from.fail('trailing-bytes')
    if (from.fault !== undefined) return from.fault
    const rowStart = to.position
    tally.reset()
    for (const write of writes) write(from, to, envelope)
    if (from.fault !== undefined) to.position = rowStart
    return from.fault
  }
}
