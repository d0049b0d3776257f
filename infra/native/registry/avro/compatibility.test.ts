import { describe, expect, test } from 'vitest'
import { readFaults } from './compatibility.ts'
import { parseAvro } from './parse.ts'

const faults = (reader: unknown, writer: unknown): readonly string[] =>
  readFaults(parseAvro(JSON.stringify(reader)), parseAvro(JSON.stringify(writer))).map(
    ({ kind, path }) => `${kind} ${path}`,
  )

const record = (fields: readonly unknown[], more: object = {}): object => ({
  type: 'record',
  name: 'R',
  fields,
  ...more,
})
const field = (name: string, type: unknown, more: object = {}): object => ({ name, type, ...more })
const letters = (symbols: readonly string[], more: object = {}): object => ({
  type: 'enum',
  name: 'E',
  symbols,
  ...more,
})
const fixed = (size: number, name = 'F'): object => ({ type: 'fixed', name, size })
const decimal = (scale: number): object => ({
  type: 'bytes',
  logicalType: 'decimal',
  precision: 9,
  scale,
})

describe('primitives', () => {
  const names = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']
  const promoted = [
    'int>long',
    'int>float',
    'int>double',
    'long>float',
    'long>double',
    'float>double',
    'string>bytes',
    'bytes>string',
  ]
  test.each(names.flatMap((writer) => names.map((reader) => [writer, reader] as const)))(
    '%s read as %s',
    (writer, reader) => {
      const readable = writer === reader || promoted.includes(`${writer}>${reader}`)
      expect(faults(reader, writer)).toEqual(readable ? [] : ['TYPE_MISMATCH /'])
    },
  )
})

const cases: readonly (readonly [string, reader: unknown, writer: unknown, readonly string[]])[] = [
  ['a field that the reader lacks', record([]), record([field('a', 'int')]), []],
  ['a new field with a default', record([field('a', 'int', { default: 1 })]), record([]), []],
  [
    'a new field with a null default',
    record([field('a', ['null', 'int'], { default: null })]),
    record([]),
    [],
  ],
  [
    'a new field without one',
    record([field('b', 'int'), field('a', 'int')]),
    record([field('b', 'int')]),
    ['READER_FIELD_MISSING_DEFAULT_VALUE /fields/1'],
  ],
  [
    'a new nullable field without one',
    record([field('a', ['null', 'int'])]),
    record([]),
    ['READER_FIELD_MISSING_DEFAULT_VALUE /fields/0'],
  ],
  [
    'a renamed field with an alias',
    record([field('b', 'int', { aliases: ['a'] })]),
    record([field('a', 'int')]),
    [],
  ],
  [
    'a renamed field without one',
    record([field('b', 'int')]),
    record([field('a', 'int')]),
    ['READER_FIELD_MISSING_DEFAULT_VALUE /fields/0'],
  ],
  [
    'an alias whose type changed',
    record([field('b', 'int', { aliases: ['a'] })]),
    record([field('a', 'string')]),
    ['TYPE_MISMATCH /fields/0/type'],
  ],
  ['a promoted field', record([field('a', 'double')]), record([field('a', 'int')]), []],
  [
    'a narrowed field',
    record([field('a', 'int')]),
    record([field('a', 'double')]),
    ['TYPE_MISMATCH /fields/0/type'],
  ],
  ['another namespace', record([], { namespace: 'x' }), record([], { namespace: 'y' }), []],
  ['another name', record([], { name: 'S' }), record([]), ['NAME_MISMATCH /name']],
  ['another name with an alias', record([], { name: 'S', aliases: ['R'] }), record([]), []],
  [
    'an alias in another namespace',
    record([], { name: 'x.S', aliases: ['R'] }),
    record([], { name: 'y.R' }),
    ['NAME_MISMATCH /name'],
  ],
  ['a symbol more', letters(['A', 'B']), letters(['A']), []],
  ['a symbol less', letters(['A']), letters(['A', 'B']), ['MISSING_ENUM_SYMBOLS /symbols']],
  ['a symbol less with an enum default', letters(['A'], { default: 'A' }), letters(['A', 'B']), []],
  ['symbols in another order', letters(['B', 'A']), letters(['A', 'B']), []],
  ['another enum', letters(['A'], { name: 'X' }), letters(['A']), ['NAME_MISMATCH /name']],
  ['another size', fixed(2), fixed(3), ['FIXED_SIZE_MISMATCH /size']],
  [
    'another name and size',
    fixed(2, 'G'),
    fixed(3),
    ['NAME_MISMATCH /name', 'FIXED_SIZE_MISMATCH /size'],
  ],
  ['items promoted', { type: 'array', items: 'long' }, { type: 'array', items: 'int' }, []],
  [
    'items narrowed',
    { type: 'array', items: 'int' },
    { type: 'array', items: 'long' },
    ['TYPE_MISMATCH /items'],
  ],
  [
    'values narrowed',
    { type: 'map', values: 'int' },
    { type: 'map', values: 'long' },
    ['TYPE_MISMATCH /values'],
  ],
  [
    'an array for a map',
    { type: 'array', items: 'int' },
    { type: 'map', values: 'int' },
    ['TYPE_MISMATCH /'],
  ],
  ['a branch more', ['null', 'int'], ['null'], []],
  ['a branch less', ['null'], ['null', 'int'], ['MISSING_UNION_BRANCH /1']],
  ['a type that became a union', ['null', 'int'], 'int', []],
  ['a union that became a type', 'int', ['int', 'string'], ['TYPE_MISMATCH /']],
  ['a union whose branches can all be promoted', 'double', ['int', 'long'], []],
  ['a union with a branch that takes it promoted', ['null', 'long'], 'int', []],
  ['a union without one', ['null', 'string'], 'int', ['MISSING_UNION_BRANCH /']],
  ['a decimal of another scale', decimal(3), decimal(2), ['TYPE_MISMATCH /']],
  ['a decimal of the same scale', decimal(2), decimal(2), []],
  ['a logical type dropped', 'long', { type: 'long', logicalType: 'timestamp-millis' }, []],
]

test.each(cases)('%s', (_name, reader, writer, expected) => {
  expect(faults(reader, writer)).toEqual(expected)
})

const list = (value: unknown, more: readonly unknown[] = []): object =>
  record([field('value', value), field('next', ['null', 'R'], { default: null }), ...more])

test('a recursive schema is readable, or says once why not', () => {
  expect(faults(list('long'), list('int'))).toEqual([])
  expect(faults(list('int'), list('long'))).toEqual(['TYPE_MISMATCH /fields/0/type'])
})

test('what was assumed of a record is taken back when the record turns out unreadable', () => {
  const inner = (name: string, more: readonly unknown[]): object => ({
    type: 'record',
    name,
    fields: [field('up', ['null', 'A']), ...more],
  })
  const writer = record([field('b', inner('B', [])), field('x', 'int')], { name: 'A' })
  const reader = record([field('b', inner('B', [])), field('x', 'string')], { name: 'A' })
  const both = (a: object) => record([field('first', ['null', a]), field('second', 'B')])
  expect(faults(both(reader), both(writer))).toContain(
    'MISSING_UNION_BRANCH /fields/1/type/fields/0/type/1',
  )
})

test('a lattice of shared records takes no exponential time', () => {
  const level = (depth: number): object => ({
    type: 'record',
    name: `L${depth}`,
    fields:
      depth === 0
        ? [field('x', 'int')]
        : [field('a', level(depth - 1)), field('b', `L${depth - 1}`)],
  })
  expect(faults(level(40), level(40))).toEqual([])
  const broken = JSON.parse(JSON.stringify(level(40)).replace('"int"', '"string"'))
  expect(faults(broken, level(40))).toHaveLength(50)
})
