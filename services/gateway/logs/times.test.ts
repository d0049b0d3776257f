import { expect, test } from 'vitest'
import { timeMsOf } from './times.ts'

const nowMs = Date.UTC(2026, 5, 1)
const ms = Date.UTC(2026, 4, 31, 12, 30)

test.each([
  [ms],
  [ms / 1000],
  [ms * 1000],
  [`${ms}000000`],
  ['2026-05-31T12:30:00Z'],
  ['2026-05-31T12:30'],
  ['2026-05-31 12:30:00.000000'],
  ['2026-05-31T14:30:00+02:00'],
])('%s is a time', (given) => {
  expect(timeMsOf(given, { nowMs })).toBe(ms)
})

test.each([
  [-1],
  [0],
  [''],
  ['yesterday'],
  ['2026-13-45T00:00:00Z'],
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  ['31/05/2026'],
  [nowMs + 86_400_001],
  ['1999-12-31'],
])('%s is none', (given) => {
  expect(timeMsOf(given, { nowMs })).toBeUndefined()
})

test('a number in milliseconds is not taken for seconds', () => {
  expect(timeMsOf(ms / 1000, { nowMs, inMs: true })).toBeUndefined()
  expect(timeMsOf(ms, { nowMs, inMs: true })).toBe(ms)
})
