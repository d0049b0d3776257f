import { test } from '@fast-check/vitest'
import avsc from 'avsc'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Envelope } from '#schemas'
import { type PiiEngine, piiEngine, redactJson, redactText } from '../privacy/index.ts'
import { compilePlan } from './plan.ts'
import { RowWriter } from './row-writer.ts'
import { anEnvelope, column } from './testing.ts'

const avscType = (schema: unknown): avsc.Type =>
  avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: 'never' })

const fields = [
  { name: 'id', type: 'string' },
  { name: 'request', type: 'string', pii: 'json' },
  { name: 'comment', type: ['null', 'string'], pii: true },
  { name: 'notes', type: { type: 'array', items: 'string' }, pii: true },
  { name: 'attributes', type: { type: 'map', values: 'string' }, pii: true },
]
const schema = { type: 'record', name: 'R', fields }
const type = avscType(schema)
const privacyColumn = (value: Envelope, columnType: string) => ({
  name: value,
  type: columnType,
  source: { kind: 'envelope', value } as const,
})
const fieldColumns = [
  column('comment', 'Nullable(String)'),
  column('request', 'String'),
  column('notes', 'Array(String)'),
  column('id', 'String'),
  column('attributes', 'Map(String, String)'),
]
const columns = [
  ...fieldColumns,
  privacyColumn('piiVersion', 'LowCardinality(String)'),
  privacyColumn('piiCounts', 'Map(String, Int32)'),
  privacyColumn('redactionFailed', 'String'),
]

interface Value {
  readonly id: string
  readonly request: string
  readonly comment: string | null
  readonly notes: readonly string[]
  readonly attributes: Readonly<Record<string, string>>
}
const nothing: Value = { id: '', request: '', comment: null, notes: [], attributes: {} }

const rowOf = (
  value: Value,
  privacy: PiiEngine | 'off' = piiEngine,
  table: typeof columns = columns,
  writerSchema: object = schema,
): Buffer => {
  const plan = compilePlan({ writerSchema, readerSchema: schema, columns: table, privacy })
  const to = new RowWriter(1)
  expect(plan(type.toBuffer(value), 0, to, anEnvelope)).toBeUndefined()
  return to.written()
}

const piece = fc.oneof(
  fc.constantFrom(
    'jane@example.com',
    '+1 415-555-2671',
    '4111 1111 1111 1111',
    '10.0.0.7',
    '"',
    '\\',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.lorem({ maxCount: 20 }),
)
const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(' '))
const values: fc.Arbitrary<Value> = fc.record({
  id: text,
  request: fc.oneof(
    text,
    fc.dictionary(fc.constantFrom('a', 'b'), text).map((o) => JSON.stringify(o)),
  ),
  comment: fc.option(text),
  notes: fc.array(text, { maxLength: 3 }),
  attributes: fc.dictionary(fc.constantFrom('x', 'jane@example.com'), text, {
    noNullPrototype: true,
  }),
})

test.prop([values], { numRuns: 3000 })('a row is that of the redacted record', (value) => {
  const plain = (content: string): string => redactText(content).text
  const attributes = Object.entries(value.attributes).map(([key, item]) => [
    plain(key),
    plain(item),
  ])
  const redacted: Value = {
    id: value.id,
    request: redactJson(value.request).text,
    comment: value.comment === null ? null : plain(value.comment),
    notes: value.notes.map(plain),
    attributes: Object.fromEntries(attributes) as Record<string, string>,
  }
  expect(rowOf(value, piiEngine, fieldColumns).equals(rowOf(redacted, 'off', fieldColumns))).toBe(
    true,
  )
})

test('version, counts by kind and no failure stand beside the row', () => {
  const row = rowOf({ ...nothing, request: '{"a":"jane@example.com 10.0.0.7"}', comment: 'a@b.de' })
  const request = '{"a":"[EMAIL] [IP]"}'
  expect(row.toString('latin1')).toBe(
    `\0\x07[EMAIL]${String.fromCharCode(request.length)}${request}\0\0\0` +
      '\x011\x02\x05email\x02\0\0\0\x02ip\x01\0\0\0\0',
  )
  expect(rowOf(nothing).toString('latin1')).toBe('\x01\0\0\0\0\x011\0\0')
})

test('a body that cannot be redacted is stored empty, with the field and the reason', () => {
  const broken: PiiEngine = {
    ...piiEngine,
    redact: () => ({ ok: false, reason: 'engine-fault' }),
  }
  const row = rowOf(
    { ...nothing, id: 'jane', request: 'jane@example.com', notes: ['x@y.de'] },
    broken,
  )
  expect(row.toString('latin1')).toBe(
    '\x01\0\x01\0\x04jane\0\x011\0\x2crequest: engine-fault; notes: engine-fault'.replace(
      '\x2c',
      String.fromCharCode('request: engine-fault; notes: engine-fault'.length),
    ),
  )
})

test('our own marks count, also where the writer left them out', () => {
  const unmarked = {
    ...schema,
    fields: fields.map(({ name, type: inner }) => ({ name, type: inner })),
  }
  const row = rowOf({ ...nothing, request: 'jane@example.com' }, piiEngine, columns, unmarked)
  expect(row.includes('jane@')).toBe(false)
})

test('what redaction did cannot be written before the fields', () => {
  expect(() =>
    rowOf(nothing, piiEngine, [
      privacyColumn('piiCounts', 'Map(String, Int32)'),
      ...fieldColumns,
    ] as never),
  ).toThrow('must come after')
})
