import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { loadSchema } from '#schemas'
import { avroReader, avroWriter } from './avro.ts'

const record = (fields: readonly object[]) =>
  JSON.stringify({ type: 'record', name: 'R', namespace: 'flywheel', fields })
const text = { name: 'text', type: 'string', default: '' }
const v1 = record([text])
const v2 = record([text, { name: 'count', type: 'int', default: 7 }])

describe('avro', () => {
  test.prop([fc.string({ maxLength: 300_000 })])('reads what it wrote', (value) => {
    const bytes = avroWriter(v1, 3)({ text: value })
    expect(bytes.subarray(0, 5)).toEqual(Buffer.from([0, 0, 0, 0, 3]))
    expect(avroReader(v1, v1)(bytes.subarray(5))).toEqual({ value: { text: value } })
  })
  test('applies our defaults to fields that the writer did not know, and skips what we do not', () => {
    const old = avroWriter(v1, 1)({ text: 'a' }).subarray(5)
    expect(avroReader(v2, v1)(old)).toEqual({ value: { text: 'a', count: 7 } })
    const newer = avroWriter(v2, 1)({ text: 'a', count: 1 }).subarray(5)
    expect(avroReader(v1, v2)(newer)).toEqual({ value: { text: 'a' } })
  })
  test('writes defaults for what is left out', () => {
    const bytes = avroWriter(v2, 1)({ text: 'a' })
    expect(avroReader(v2, v2)(bytes.subarray(5))).toEqual({ value: { text: 'a', count: 7 } })
  })
  test.prop([fc.uint8Array({ maxLength: 40 })])('never throws on rubbish', (bytes) => {
    const reader = avroReader(loadSchema('inference-log'), loadSchema('inference-log'))
    expect(reader(Buffer.from(bytes))).toEqual({ fault: 'does not parse' })
  })
  test('parses nothing of a schema that can not be reconciled', () => {
    const other = record([{ name: 'text', type: 'int', default: 0 }])
    expect(avroReader(v1, other)(Buffer.from([2]))).toEqual({ fault: 'does not parse' })
  })
  test('names the path of a misfit, never its value', () => {
    const write = avroWriter(v2, 1)
    expect(() => write({ text: 'private', count: 'also private' })).toThrow(
      'does not fit flywheel.R at count',
    )
  })
})
