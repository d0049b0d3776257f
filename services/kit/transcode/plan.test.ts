import { test } from '@fast-check/vitest'
import avsc from 'avsc'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { loadSchema, tables } from '#schemas'
import { parseAvroRecord } from './avro-type.ts'
import { compilePlan } from './plan.ts'
import { RowWriter } from './row-writer.ts'
import { anEnvelope, column, plainPlan, rowOf, valuesOf } from './testing.ts'

const avscType = (schema: unknown): avsc.Type =>
  avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: 'never' })

const part = {
  type: 'record',
  name: 'Part',
  fields: [
    { name: 'name', type: 'string', default: '' },
    { name: 'score', type: ['null', 'double'], default: null },
    { name: 'tags', type: { type: 'array', items: 'string' }, default: [] },
  ],
}
const everything = {
  type: 'record',
  name: 'Everything',
  namespace: 'test',
  fields: [
    { name: 'text', type: 'string', default: '' },
    { name: 'raw', type: 'bytes', default: '' },
    { name: 'yes', type: 'boolean', default: false },
    { name: 'whole', type: 'int', default: 0 },
    { name: 'large', type: 'long', default: 0 },
    { name: 'atMs', type: { type: 'long', logicalType: 'timestamp-millis' }, default: 0 },
    { name: 'small', type: 'float', default: 0 },
    { name: 'real', type: 'double', default: 0 },
    {
      name: 'state',
      type: { type: 'enum', name: 'State', symbols: ['NEW', 'OLD'] },
      default: 'NEW',
    },
    { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 4 } },
    { name: 'maybe', type: ['null', 'string'], default: null },
    { name: 'perhaps', type: ['long', 'null'], default: 0 },
    { name: 'words', type: { type: 'array', items: 'string' }, default: [] },
    { name: 'gaps', type: { type: 'array', items: ['null', 'int'] }, default: [] },
    { name: 'grid', type: { type: 'array', items: { type: 'array', items: 'double' } } },
    { name: 'counts', type: { type: 'map', values: 'long' }, default: {} },
    { name: 'parts', type: { type: 'array', items: part } },
    { name: 'main', type: 'Part' },
    { name: 'spare', type: ['null', 'Part'], default: null },
    { name: 'ignored', type: ['null', 'int', 'string', { type: 'map', values: 'Part' }] },
  ],
}
const tuple = 'Tuple(name String, score Nullable(Float64), tags Array(String))'
const columns = [
  column('grid', 'Array(Array(Float64))'),
  column('spare.score', 'Nullable(Float64)'),
  column('main.name', 'LowCardinality(String)'),
  column('large', 'Int64'),
  column('text', 'String'),
  column('atMs', "DateTime64(3, 'UTC')"),
  column('raw', 'String'),
  column('yes', 'Bool'),
  column('whole', 'Int32'),
  column('small', 'Float32'),
  column('real', 'Float64'),
  column('state', 'LowCardinality(String)'),
  column('hash', 'FixedString(4)'),
  column('maybe', 'LowCardinality(Nullable(String))'),
  column('perhaps', 'Nullable(Int64)'),
  column('words', 'Array(LowCardinality(String))'),
  column('gaps', 'Array(Nullable(Int32))'),
  column('counts', 'Map(String, Int64)'),
  column('parts', `Array(${tuple})`),
  column('main', tuple),
  column('text', 'Nullable(String)'),
]

const rowsOf = (schema: object, table: ReturnType<typeof column>[], values: unknown[]): void => {
  const type = avscType(schema)
  const record = parseAvroRecord(schema)
  const plan = compilePlan({
    writerSchema: schema,
    readerSchema: schema,
    columns: table,
    privacy: 'off',
  })
  const to = new RowWriter(1)
  const expected: Buffer[] = []
  for (const value of values) {
    const bytes = Buffer.concat([Buffer.alloc(5), type.toBuffer(value)])
    expect(plan(bytes, 5, to, anEnvelope)).toBeUndefined()
    expected.push(rowOf(table, record, type.fromBuffer(bytes.subarray(5))))
  }
  expect(to.written().equals(Buffer.concat(expected))).toBe(true)
}

test.prop([fc.array(valuesOf(parseAvroRecord(everything)), { minLength: 1, maxLength: 4 })], {
  numRuns: 600,
})('rows are those of a decoder and an encoder, byte by byte', (values) => {
  rowsOf(everything, columns, values)
})

describe.each(tables.map((table) => [table.name, table] as const))('%s', (_, table) => {
  const schema = JSON.parse(loadSchema(table.topic.schema)) as object
  const fields = table.columns.flatMap(({ type, source }) =>
    source.kind === 'field' ? [column(source.path.join('.'), type)] : [],
  )

  test.prop([fc.array(valuesOf(parseAvroRecord(schema)), { minLength: 1, maxLength: 4 })], {
    numRuns: 100,
  })('rows are those of a decoder and an encoder', (values) => {
    rowsOf(schema, fields, values)
  })
})

test.each([
  ['a type that does not fit', [column('hash', 'Array(String)')], 'hash: Avro fixed does not fit'],
  ['a time without its precision', [column('large', 'DateTime64(3)')], 'Avro long does not fit'],
  ['a field that we do not have', [column('nothing', 'String')], 'not a field of our own schema'],
  ['a type that nobody knows', [column('text', 'Decimal(9, 2)')], 'not supported: Decimal(9, 2)'],
  ['a tuple of another length', [column('main', 'Tuple(a String)')], 'a tuple of 1 for 3 fields'],
])('%s is refused before the first record', (_, table, message) => {
  expect(() => plainPlan(everything, everything, table)).toThrow(message)
})

test('a schema that is none is refused', () => {
  expect(() => plainPlan('{', everything, [])).toThrow('not JSON')
  expect(() => plainPlan('"string"', everything, [])).toThrow('must be a record')
  const unknown = { type: 'record', name: 'R', fields: [{ name: 'a', type: 'Gone' }] }
  expect(() => plainPlan(unknown, everything, [])).toThrow('unknown type "Gone"')
})
