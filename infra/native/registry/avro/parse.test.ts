import { expect, test } from 'vitest'
import { InvalidAvro } from './definition-reader.ts'
import { parseAvro } from './parse.ts'
import { printAvro } from './print.ts'

const canonical = (schema: unknown, references: readonly unknown[] = []): string =>
  printAvro(
    parseAvro(
      JSON.stringify(schema),
      references.map((one) => JSON.stringify(one)),
    ),
  )

const record = (fields: unknown, more: object = {}): object => ({
  type: 'record',
  name: 'R',
  fields,
  ...more,
})

test('one text for one schema, whatever its whitespace, key order and way to write names', () => {
  const a = parseAvro(
    '{ "fields": [ {"type": {"type": "string"}, "name": "s"} ], "name": "acme.R", "type": "record" }',
  )
  const b = parseAvro(
    '{"type":"record","namespace":"acme","name":"R","fields":[{"name":"s","type":"string"}]}',
  )
  expect(printAvro(a)).toBe(
    '{"type":"record","name":"R","namespace":"acme","fields":[{"name":"s","type":"string"}]}',
  )
  expect(printAvro(b)).toBe(printAvro(a))
})

test('everything that a schema says survives printing and parsing', () => {
  const schema = record(
    [
      { name: 'id', type: { type: 'fixed', name: 'Id', size: 2 }, default: 'ab' },
      { name: 'again', type: 'Id', doc: 'd', order: 'descending', aliases: ['old'], pii: true },
      { name: 'kind', type: { type: 'enum', name: 'K', symbols: ['A', 'B'], default: 'B' } },
      { name: 'next', type: ['null', 'R'], default: null },
      { name: 'when', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'tags', type: { type: 'map', values: { type: 'array', items: 'K' } }, default: {} },
    ],
    { namespace: 'a.b', doc: 'all of it', aliases: ['c.Old', 'Older'], owner: { team: 1 } },
  )
  const once = canonical(schema)
  expect(canonical(JSON.parse(once))).toBe(once)
  expect(JSON.parse(once)).toEqual({
    ...schema,
    aliases: ['c.Old', 'a.b.Older'].map((alias) => alias.replace('a.b.', '')),
  })
})

test('an integer that a double can not hold keeps its digits', () => {
  const text =
    '{"type":"record","name":"R","fields":[{"name":"x","type":"long","default":9223372036854775807}]}'
  expect(printAvro(parseAvro(text))).toBe(text)
  expect(() => parseAvro(text.replace('807}', '808}'))).toThrow('does not fit its type')
})

test('normalizing sorts what Avro gives no meaning', () => {
  const schema = (more: object) => parseAvro(JSON.stringify(record([], more)))
  const [a, b] = [schema({ z: 1, b: 2 }), schema({ b: 2, z: 1 })]
  expect(printAvro(a)).not.toBe(printAvro(b))
  expect(printAvro(a, { normalize: true })).toBe(printAvro(b, { normalize: true }))
})

test('a referenced type stays a name, or is written out where asked', () => {
  const reference = { type: 'enum', name: 'x.K', symbols: ['A'] }
  const schema = parseAvro(JSON.stringify(record([{ name: 'k', type: 'x.K' }])), [
    JSON.stringify(reference),
  ])
  expect(printAvro(schema)).toContain('"type":"x.K"')
  expect(printAvro(schema, { resolved: true })).toContain('"symbols":["A"]')
})

const invalid: readonly (readonly [why: string, schema: unknown])[] = [
  ['an unknown type', 'nonsense'],
  ['no type', { name: 'x' }],
  ['a record without fields', { type: 'record', name: 'R' }],
  ['a record without a name', { type: 'record', fields: [] }],
  ['a bad name', { type: 'record', name: 'a-b', fields: [] }],
  [
    'a field twice',
    record([
      { name: 'a', type: 'int' },
      { name: 'a', type: 'int' },
    ]),
  ],
  ['a field without a type', record([{ name: 'a' }])],
  ['a union in a union', ['null', ['int', 'string']]],
  ['a type twice in a union', ['int', 'int']],
  ['a symbol twice', { type: 'enum', name: 'E', symbols: ['A', 'A'] }],
  ['an enum default that is no symbol', { type: 'enum', name: 'E', symbols: ['A'], default: 'B' }],
  ['a name twice', record([{ name: 'a', type: { type: 'fixed', name: 'R', size: 1 } }])],
  [
    'a use before the definition',
    [record([{ name: 'a', type: 'S' }]), { type: 'fixed', name: 'S', size: 1 }],
  ],
  ['a default of the wrong type', record([{ name: 'a', type: 'int', default: '1' }])],
  ['an int default out of range', record([{ name: 'a', type: 'int', default: 2 ** 31 }])],
  ['a default of the second branch', record([{ name: 'a', type: ['null', 'int'], default: 1 }])],
  [
    'a fixed default of the wrong size',
    record([{ name: 'a', type: { type: 'fixed', name: 'F', size: 2 }, default: 'a' }]),
  ],
  [
    'a record default with a field missing',
    record([
      {
        name: 'a',
        type: { type: 'record', name: 'S', fields: [{ name: 'b', type: 'int' }] },
        default: {},
      },
    ]),
  ],
]

test.each(invalid)('%s is no schema', (_why, schema) => {
  expect(() => canonical(schema)).toThrow(InvalidAvro)
})

test('no JSON, a missing reference and endless nesting have a reason each', () => {
  expect(() => parseAvro('{')).toThrow('not JSON')
  expect(() => canonical(record([{ name: 'k', type: 'x.K' }]))).toThrow('x.K')
  const deep = `${'{"type":"array","items":'.repeat(20_000)}"int"${'}'.repeat(20_000)}`
  expect(() => parseAvro(deep)).toThrow('nested deeper')
})
