import { type AvroType, coreOf } from './avro-type.ts'
import type { ClickHouseType } from './clickhouse-type.ts'
import { PlanError } from './reasons.ts'
import { RowWriter } from './row-writer.ts'

const twoTo32 = 2 ** 32

/** Writes a whole number up to 2^53 as a little-endian integer. */
export const writeInteger = (to: RowWriter, value: number, sizeBytes: number): void =>
  to.integer((value % twoTo32) | 0, Math.floor(value / twoTo32), sizeBytes)

const numberOf = (value: unknown): number => {
  if (value === undefined || value === null) return 0
  if (typeof value === 'number') return value
  throw new PlanError(`a default of ${JSON.stringify(value)} is no number`)
}

const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  throw new PlanError(`a default of ${JSON.stringify(value)} is no text`)
}

const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const propertyOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const writeText = (to: RowWriter, value: unknown, avro: AvroType): void => {
  const isBinary = avro.kind === 'bytes' || avro.kind === 'fixed'
  const bytes = Buffer.from(textOf(value), isBinary ? 'latin1' : 'utf8')
  to.varuint(bytes.length)
  to.raw(bytes)
}

const writeFixed = (to: RowWriter, value: unknown, sizeBytes: number): void => {
  const bytes = Buffer.alloc(sizeBytes)
  bytes.write(textOf(value), 'latin1')
  to.raw(bytes)
}

const writeTuple = (
  to: RowWriter,
  elements: readonly ClickHouseType[],
  value: unknown,
  avro: AvroType,
): void => {
  const fields = avro.kind === 'record' ? avro.fields : []
  for (const [index, element] of elements.entries()) {
    const field = fields[index]
    const given = field === undefined ? undefined : propertyOf(value, field.name)
    writeValue(to, element, given ?? field?.fallback, field?.type ?? { kind: 'null' })
  }
}

const writeMap = (
  to: RowWriter,
  type: Extract<ClickHouseType, { name: 'Map' }>,
  value: unknown,
  avro: AvroType,
): void => {
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {})
  to.varuint(entries.length)
  for (const [key, item] of entries) {
    writeValue(to, type.key, key, { kind: 'string' })
    writeValue(to, type.value, item, avro.kind === 'map' ? avro.values : avro)
  }
}

const writeArray = (to: RowWriter, inner: ClickHouseType, value: unknown, avro: AvroType): void => {
  const items = itemsOf(value)
  to.varuint(items.length)
  for (const item of items) {
    writeValue(to, inner, item, avro.kind === 'array' ? avro.items : avro)
  }
}

const writeScalar = (to: RowWriter, type: ClickHouseType, value: unknown, avro: AvroType): void => {
  if (type.name === 'Bool') to.byte(value === true ? 1 : 0)
  else if (type.name === 'String') writeText(to, value, avro)
  else if (type.name === 'FixedString') writeFixed(to, value, type.sizeBytes)
  else if (type.name === 'Float32') to.float(numberOf(value))
  else if (type.name === 'Float64') to.double(numberOf(value))
  else if (type.name === 'DateTime64') writeInteger(to, numberOf(value), 8)
  else if (type.name === 'Integer') writeInteger(to, numberOf(value), type.sizeBytes)
}

/** Writes a JSON value as a ClickHouse type in RowBinary. */
const writeValue = (to: RowWriter, type: ClickHouseType, value: unknown, avro: AvroType): void => {
  const core = coreOf(avro)
  if (type.name === 'Nullable') {
    const isNull = value === null || value === undefined
    to.byte(isNull ? 1 : 0)
    if (!isNull) writeValue(to, type.inner, value, core)
  } else if (type.name === 'Array') writeArray(to, type.inner, value, core)
  else if (type.name === 'Map') writeMap(to, type, value, core)
  else if (type.name === 'Tuple') writeTuple(to, type.elements, value, core)
  else writeScalar(to, type, value, core)
}

/**
 * The bytes of a column's default in RowBinary.
 *
 * @param value - the default as in an Avro schema's JSON; undefined or null gives NULL where the
 *   column can hold it, else the type's zero
 * @throws PlanError if the value does not fit the type
 */
export const encodeConstant = (type: ClickHouseType, value: unknown, avro: AvroType): Buffer => {
  const to = new RowWriter(64)
  writeValue(to, type, value, avro)
  return Buffer.from(to.written())
}
