import { test } from '@fast-check/vitest'
import avsc from 'avsc'
import fc from 'fast-check'
import { expect } from 'vitest'
import { loadSchema, tables } from '#schemas'
import { piiEngine } from '../privacy/index.ts'
import { parseAvroRecord } from './avro-type.ts'
import { compilePlan } from './plan.ts'
import { rejectReasons } from './reasons.ts'
import { RowWriter } from './row-writer.ts'
import { anEnvelope, column, valuesOf } from './testing.ts'

const avscType = (schema: unknown): avsc.Type =>
  avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: 'never' })

const field = (name: string, type: unknown) => ({ name, type })
const schema = {
  type: 'record',
  name: 'R',
  fields: [
    field('text', 'string'),
    field('flag', 'boolean'),
    field('whole', 'int'),
    field('atMs', { type: 'long', logicalType: 'timestamp-millis' }),
    field('state', { type: 'enum', name: 'E', symbols: ['A', 'B'] }),
    field('maybe', ['null', 'double']),
    field('words', { type: 'array', items: 'string' }),
    field('counts', { type: 'map', values: 'long' }),
    field('nothings', { type: 'array', items: 'null' }),
    field('tree', {
      type: 'record',
      name: 'Tree',
      fields: [field('children', { type: 'array', items: 'Tree' })],
    }),
  ],
}
const columns = [
  column('whole', 'UInt8'),
  column('text', 'String'),
  column('flag', 'Bool'),
  column('atMs', 'DateTime64(3)'),
  column('state', 'String'),
  column('maybe', 'Nullable(Float64)'),
  column('words', 'Array(String)'),
  column('counts', 'Map(String, UInt32)'),
]
const plan = compilePlan({ writerSchema: schema, readerSchema: schema, columns, privacy: 'off' })
const to = new RowWriter(1)
const reasonOf = (bytes: Buffer): string | undefined => {
  to.position = 3
  const reason = plan(bytes, 0, to, anEnvelope)
  if (reason !== undefined) expect(to.position).toBe(3)
  return reason
}

/** A valid record: text, flag, whole, atMs, state, maybe, words, counts, nothings, tree. */
const parts = {
  text: [2, 0x61],
  flag: [1],
  whole: [6],
  atMs: [0],
  state: [2],
  maybe: [0],
  words: [2, 2, 0x62, 0],
  counts: [0],
  nothings: [0],
  tree: [0],
}
const record = (changes: Partial<Record<keyof typeof parts, number[]>> = {}): Buffer =>
  Buffer.from(Object.values({ ...parts, ...changes }).flat())
const tenBytes = (last: number): number[] => [...new Array<number>(9).fill(0xff), last]

test('the record that the cases change is valid', () => {
  expect(reasonOf(record())).toBeUndefined()
})

test.each([
  ['truncated', { text: [0x80, 1, 0x61] }],
  ['truncated', { text: [...tenBytes(1).with(0, 0xfe)] }],
  ['truncated', { words: [100, 2, 0x62, 0] }],
  ['negative-length', { text: [1] }],
  ['negative-length', { words: [2, 3] }],
  ['varint-too-long', { atMs: [...new Array<number>(10).fill(0x80), 0] }],
  ['varint-too-long', { atMs: tenBytes(2) }],
  ['int-out-of-range', { whole: [0x80, 0x80, 0x80, 0x80, 0x10] }],
  ['int-out-of-range', { whole: [0x80, 4] }],
  ['int-out-of-range', { whole: [1] }],
  ['int-out-of-range', { counts: [2, 2, 0x61, 1, 0] }],
  ['time-out-of-range', { atMs: tenBytes(1) }],
  ['bad-boolean', { flag: [2] }],
  ['bad-enum-symbol', { state: [4] }],
  ['bad-enum-symbol', { state: [1] }],
  ['bad-union-branch', { maybe: [4] }],
  ['bad-union-branch', { maybe: [3] }],
  ['block-size-mismatch', { words: [1, 2, 2, 0x62, 0] }],
  ['too-many-items', { nothings: [0x80, 0x80, 0x80, 1, 0] }],
  [
    'nested-too-deep',
    { tree: [...new Array<number>(80).fill(2), ...new Array<number>(81).fill(0)] },
  ],
  ['invalid-utf8', { text: [4, 0xc3, 0x28] }],
  ['invalid-utf8', { text: [80, ...new Array<number>(39).fill(0x61), 0xff] }],
  ['trailing-bytes', { tree: [0, 0] }],
] as const)('%s: %j', (reason, changes) => {
  expect(reasonOf(record(changes as Parameters<typeof record>[0]))).toBe(reason)
})

test('an offset beyond the bytes is a truncated record', () => {
  expect(plan(Buffer.alloc(3), 5, to, anEnvelope)).toBe('truncated')
})

test('a block of zero-width items is paid for once, however many blocks there are', () => {
  const block = [0x80, 0x80, 4]
  const many = Array.from({ length: 1000 }, () => block).flat()
  expect(reasonOf(record({ nothings: [...many, 0] }))).toBe('too-many-items')
})

const [logs] = tables
const logSchema = loadSchema('inference-log')
const logPlan = compilePlan({
  writerSchema: logSchema,
  readerSchema: logSchema,
  columns: logs?.columns ?? [],
  privacy: piiEngine,
})
const logType = avscType(JSON.parse(logSchema))
const logValues = valuesOf(parseAvroRecord(logSchema)).map((value) => logType.toBuffer(value))

test.prop([logValues], { numRuns: 15 })('every truncation of a record is refused', (bytes) => {
  const row = new RowWriter()
  expect(logPlan(bytes, 0, row, anEnvelope)).toBeUndefined()
  const { position } = row
  for (let length = 0; length < bytes.length; length++) {
    const reason = logPlan(Buffer.from(bytes.subarray(0, length)), 0, row, anEnvelope)
    expect(rejectReasons).toContain(reason)
    expect(row.position).toBe(position)
  }
})

/** Whether avsc reads the bytes too; longs beyond 2^53 are its own limit, not a fault of the bytes. */
const isReadable = (bytes: Buffer): boolean => {
  try {
    logType.fromBuffer(bytes)
    return true
  } catch (error) {
    return error instanceof Error && error.message === 'potential precision loss'
  }
}

test.prop([logValues, fc.nat(), fc.integer({ min: 1, max: 255 })], { numRuns: 2000 })(
  'a damaged record is refused by name, or a decoder can read it too',
  (bytes, seed, flip) => {
    const damaged = Buffer.from(bytes)
    const at = seed % damaged.length
    damaged[at] = (damaged[at] as number) ^ flip
    const reason = logPlan(damaged, 0, new RowWriter(), anEnvelope)
    if (reason === undefined) expect(isReadable(damaged)).toBe(true)
    else expect(rejectReasons).toContain(reason)
  },
)

test.prop([fc.uint8Array({ maxLength: 400 })], { numRuns: 10_000 })(
  'random bytes are refused by name or become a row, and are never read past their end',
  (bytes) => {
    const padded = Buffer.concat([bytes, Buffer.alloc(64, 0x02)]).subarray(0, bytes.length)
    for (const run of [plan, logPlan]) {
      const row = new RowWriter(1)
      const reason = run(padded, 0, row, anEnvelope)
      const alone = new RowWriter(1)
      expect(run(Buffer.from(bytes), 0, alone, anEnvelope)).toBe(reason)
      expect(row.written().equals(alone.written())).toBe(true)
      if (reason !== undefined) expect(rejectReasons).toContain(reason)
    }
  },
)
