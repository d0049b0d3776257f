import fc from 'fast-check'
import { type AvroRecord, type AvroType, coreOf } from './avro-type.ts'
import { type ClickHouseType, parseClickHouseType } from './clickhouse-type.ts'
import type { RowEnvelope } from './envelope.ts'
import { compilePlan } from './plan.ts'
import { RowWriter } from './row-writer.ts'

/** An envelope for tests that look at fields. */
export const anEnvelope: RowEnvelope = {
  topic: 'inference-logs',
  partition: 3,
  offset: 123_456_789_012n,
  arrivedAtMs: 1_715_512_345_678,
  isRepeat: true,
}

/** A column that comes from a field. */
export const column = (path: string, type: string) => ({
  name: path.replaceAll('.', '_'),
  type,
  source: { kind: 'field', path: path.split('.') } as const,
})

const long = fc.oneof(
  fc.integer({ min: -200, max: 200 }),
  fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
  fc.constantFrom(2 ** 31, -(2 ** 31) - 1, 2 ** 35, 2 ** 52, -(2 ** 52)),
)
const key = fc.stringMatching(/^[a-zé]{1,9}$/)
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'grapheme', minLength: 30, maxLength: 300 }),
  fc.lorem({ maxCount: 30 }),
)

const scalars = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  int: fc.integer(),
  long,
  float: fc.float({ noNaN: true }),
  double: fc.double({ noNaN: true }),
  string: text,
  bytes: fc.uint8Array({ maxLength: 70 }).map((bytes) => Buffer.from(bytes)),
} as const

/** Values of an Avro type, as avsc takes them. */
export const valuesOf = (type: AvroType): fc.Arbitrary<unknown> => {
  switch (type.kind) {
    case 'fixed':
      return fc
        .uint8Array({ minLength: type.sizeBytes, maxLength: type.sizeBytes })
        .map((bytes) => Buffer.from(bytes))
    case 'enum':
      return fc.constantFrom(...type.symbols)
    case 'array':
      return fc.array(valuesOf(type.items), { maxLength: 5 })
    case 'map':
      return fc.dictionary(key, valuesOf(type.values), { maxKeys: 4, noNullPrototype: true })
    case 'union':
      return fc.oneof(...type.branches.map(valuesOf))
    case 'record':
      return fc.record(
        Object.fromEntries(type.fields.map((field) => [field.name, valuesOf(field.type)])),
        { noNullPrototype: true },
      )
    case 'long':
      return type.logicalType === undefined
        ? long
        : fc.integer({ min: -2_208_988_800_000, max: 10_413_791_999_999 })
    default:
      return scalars[type.kind]
  }
}

const lengthOf = (value: number): Buffer => {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) + 128)
  }
}
const sized = (bytes: Buffer): Buffer => Buffer.concat([lengthOf(bytes.length), bytes])
const bufferOf = (size: number, write: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.alloc(size)
  write(bytes)
  return bytes
}
const integerOf = (value: unknown, sizeBytes: number): Buffer =>
  bufferOf(8, (bytes) => bytes.writeBigInt64LE(BigInt(Number(value)))).subarray(0, sizeBytes)

const fieldsOf = (avro: AvroType): AvroRecord['fields'] =>
  avro.kind === 'record' ? avro.fields : []

const arrayOf = (inner: ClickHouseType, items: readonly unknown[], avro: AvroType): Buffer => {
  const type = avro.kind === 'array' ? avro.items : avro
  return Buffer.concat([
    lengthOf(items.length),
    ...items.map((item) => rowBinary(inner, item, type)),
  ])
}

const mapOf = (inner: ClickHouseType, value: object, avro: AvroType): Buffer => {
  const entries = Object.entries(value)
  const type = avro.kind === 'map' ? avro.values : avro
  const pairs = entries.flatMap(([name, item]) => [
    sized(Buffer.from(name)),
    rowBinary(inner, item, type),
  ])
  return Buffer.concat([lengthOf(entries.length), ...pairs])
}

const tupleOf = (elements: readonly ClickHouseType[], value: object, avro: AvroType): Buffer => {
  const parts = elements.map((element, index) => {
    const field = fieldsOf(avro)[index]
    if (field === undefined) throw new TypeError('a tuple has an element for each field')
    return rowBinary(element, Reflect.get(value, field.name), field.type)
  })
  return Buffer.concat(parts)
}

/** A value in RowBinary, straight from ClickHouse's documentation: what a plan is compared with. */
export const rowBinary = (to: ClickHouseType, value: unknown, avro: AvroType): Buffer => {
  const core = coreOf(avro)
  switch (to.name) {
    case 'Nullable':
      return value === null
        ? Buffer.from([1])
        : Buffer.concat([Buffer.from([0]), rowBinary(to.inner, value, core)])
    case 'Bool':
      return Buffer.from([value === true ? 1 : 0])
    case 'String':
      return sized(Buffer.isBuffer(value) ? value : Buffer.from(String(value)))
    case 'FixedString':
      return value as Buffer
    case 'Float32':
      return bufferOf(4, (bytes) => bytes.writeFloatLE(Number(value)))
    case 'Float64':
      return bufferOf(8, (bytes) => bytes.writeDoubleLE(Number(value)))
    case 'Integer':
      return integerOf(value, to.sizeBytes)
    case 'DateTime64':
      return integerOf(value, 8)
    case 'Array':
      return arrayOf(to.inner, value as unknown[], core)
    case 'Map':
      return mapOf(to.value, value as object, core)
    case 'Tuple':
      return tupleOf(to.elements, value as object, core)
  }
}

/** The row of a decoded record: each column's value by its path, then in RowBinary. */
export const rowOf = (
  columns: readonly ReturnType<typeof column>[],
  record: AvroRecord,
  value: unknown,
): Buffer =>
  Buffer.concat(
    columns.map(({ type, source }) => {
      let inner: unknown = value
      let avro: AvroType = record
      for (const name of source.path) {
        inner = inner === null ? null : Reflect.get(inner as object, name)
        avro = fieldsOf(coreOf(avro)).find((field) => field.name === name)?.type ?? avro
      }
      return rowBinary(parseClickHouseType(type), inner, avro)
    }),
  )

/** Runs one record through a plan without redaction: its row, or the reason of its refusal. */
export const plainPlan = (
  writerSchema: unknown,
  readerSchema: unknown,
  columns: readonly ReturnType<typeof column>[],
) => {
  const plan = compilePlan({ writerSchema, readerSchema, columns, privacy: 'off' })
  return (bytes: Buffer): Buffer | string => {
    const to = new RowWriter()
    return plan(bytes, 0, to, anEnvelope) ?? Buffer.from(to.written())
  }
}
