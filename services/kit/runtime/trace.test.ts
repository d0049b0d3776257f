import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { childTraceparent, formatTraceparent, parseTraceparent } from './trace.ts'

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const context = fc
  .record({ traceId: hex(32), spanId: hex(16), flags: hex(2) })
  .filter(({ traceId, spanId }) => /[^0]/.test(traceId) && /[^0]/.test(spanId))

describe('traceparent', () => {
  test.prop([context])('is read as it was written', (written) => {
    expect(parseTraceparent(formatTraceparent(written))).toEqual(written)
  })
  test.prop([context])(
    'keeps the trace and its flags for a child, under another span',
    (parent) => {
      const child = parseTraceparent(childTraceparent(formatTraceparent(parent), 'a', '1'))
      expect(child).toMatchObject({ traceId: parent.traceId, flags: parent.flags })
      expect(child?.spanId).not.toBe(parent.spanId)
    },
  )
  test('begins the same trace for the same seed when there is no parent', () => {
    expect(childTraceparent(undefined, 'a')).toBe(childTraceparent('rubbish', 'a'))
    expect(childTraceparent(undefined, 'a')).not.toBe(childTraceparent(undefined, 'b'))
  })
  test.each([
    undefined,
    '',
    'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more',
    '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
  ])('refuses %s', (header) => {
    expect(parseTraceparent(header)).toBeUndefined()
  })
})
