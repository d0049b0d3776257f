import avsc from 'avsc'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePlan } from './plan.ts'
import { RowWriter } from './row-writer.ts'
import { anEnvelope, column, plainPlan } from './testing.ts'

const avscType = (schema: unknown): avsc.Type =>
  avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: 'never' })

test('an older writer gets defaults, a newer one is passed over', () => {
  const field = (name: string, type: unknown, fallback: unknown) => ({
    name,
    type,
    default: fallback,
  })
  const older = { type: 'record', name: 'R', fields: [field('a', 'int', 0)] }
  const newer = {
    type: 'record',
    name: 'R',
    fields: [
      field('x', { type: 'array', items: 'string' }, []),
      field('b', 'string', 'none'),
      field('c', ['null', 'double'], null),
      field('d', { type: 'array', items: 'string' }, ['p', 'q']),
      field('a', 'long', 7),
    ],
  }
  const table = [
    column('b', 'String'),
    column('a', 'Int64'),
    column('c', 'Nullable(Float64)'),
    column('d', 'Array(String)'),
  ]
  const old = avscType(older).toBuffer({ a: -5 })
  expect(plainPlan(older, newer, table)(old)).toEqual(
    Buffer.from('046e6f6e65fbffffffffffffff010201700171', 'hex'),
  )
  const recent = avscType(newer).toBuffer({ x: ['y'], b: 'z', c: null, d: [], a: 1 })
  expect(plainPlan(newer, older, [column('a', 'Int64')])(recent)).toEqual(
    Buffer.from('0100000000000000', 'hex'),
  )
})

test('null goes to a column that cannot hold it as the default', () => {
  const schema = {
    type: 'record',
    name: 'R',
    fields: [{ name: 'a', type: ['string', 'null'], default: 'zero' }],
  }
  expect(plainPlan(schema, schema, [column('a', 'String')])(Buffer.from([2]))).toEqual(
    Buffer.from('\x04zero', 'latin1'),
  )
})

test('blocks of an array become one, whatever their sizes', () => {
  const schema = {
    type: 'record',
    name: 'R',
    fields: [{ name: 'a', type: { type: 'array', items: 'int' } }],
  }
  const run = plainPlan(schema, schema, [column('a', 'Array(Int32)')])
  const items = (count: number): number[] => Array.from({ length: count }, () => 2)
  const blocks = Buffer.from([...[200, 1], ...items(100), ...[99, 100], ...items(50), 2, 2, 0])
  const row = run(blocks)
  expect(row.slice(0, 2)).toEqual(Buffer.from([151, 1]))
  expect(row.length).toBe(2 + 151 * 4)
})

test('the envelope is written where its columns stand', () => {
  const schema = { type: 'record', name: 'R', fields: [{ name: 'a', type: 'int' }] }
  const envelope = (
    value: 'topic' | 'partition' | 'offset' | 'arrivedAtMs' | 'isRepeat',
    type: string,
  ) => ({
    name: value,
    type,
    source: { kind: 'envelope', value } as const,
  })
  const plan = compilePlan({
    writerSchema: JSON.stringify(schema),
    readerSchema: schema,
    columns: [
      envelope('topic', 'LowCardinality(String)'),
      envelope('offset', 'Int64'),
      column('a', 'Int32'),
      envelope('partition', 'Int32'),
      envelope('arrivedAtMs', "DateTime64(3, 'UTC')"),
      envelope('isRepeat', 'Bool'),
    ],
    privacy: 'off',
  })
  const to = new RowWriter(1)
  expect(plan(Buffer.from([8]), 0, to, { ...anEnvelope, topic: 'x' })).toBeUndefined()
  const expected = Buffer.alloc(27)
  expected.write('\x01x')
  expected.writeBigInt64LE(anEnvelope.offset, 2)
  expected.writeInt32LE(4, 10)
  expected.writeInt32LE(anEnvelope.partition, 14)
  expected.writeBigInt64LE(BigInt(anEnvelope.arrivedAtMs), 18)
  expected[26] = 1
  expect(to.written()).toEqual(expected)
})

test('all 64 bits of a long arrive', () => {
  const schema = { type: 'record', name: 'R', fields: [{ name: 'a', type: 'long' }] }
  const run = plainPlan(schema, schema, [column('a', 'Int64')])
  const zigzag = (value: bigint): Buffer => {
    const bytes: number[] = []
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
    for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
    return Buffer.from([...bytes, Number(rest)])
  }
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const expected = Buffer.alloc(8)
      expected.writeBigInt64LE(value)
      expect(run(zigzag(value))).toEqual(expected)
    }),
  )
})
