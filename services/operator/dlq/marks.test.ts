import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { Marks, TooScattered } from './marks.ts'

const offset = fc.bigInt({ min: 0n, max: 2_000n })
const offsets = fc.uniqueArray(offset, { maxLength: 300 })

property.prop([offsets, offset])('remember exactly what they were given', (given, asked) => {
  const half = given.length >> 1
  const marks = Marks.none.with(given.slice(0, half)).with(given.slice(half))
  const read = Marks.parse(marks.text)
  expect(read.has(asked)).toBe(given.includes(asked))
  for (const each of given) expect(read.has(each)).toBe(true)
  expect(read.text).toBe(marks.text)
})

test('a long run is short', () => {
  const all = Array.from({ length: 50_000 }, (_, index) => BigInt(index) + 9_007_199_254n)
  const { text } = Marks.none.with(all)
  expect(text.length).toBeLessThan(20)
  expect(Marks.parse(text).has(9_007_249_253n)).toBe(true)
  expect(Marks.parse(text).has(9_007_249_254n)).toBe(false)
})

test('what Kafka no longer holds is forgotten', () => {
  const marks = Marks.none.with([1n, 2n, 3n, 9n]).from(3n)
  expect([marks.has(3n), marks.has(9n)]).toEqual([true, true])
  expect(Marks.none.with([1n, 9n]).from(3n).has(1n)).toBe(false)
})

test('too many gaps are refused instead of forgotten', () => {
  const scattered = Array.from({ length: 5000 }, (_, index) => BigInt(index) * 2n)
  expect(() => Marks.none.with(scattered).text).toThrow(TooScattered)
})

test.each(['v2,1', 'v1', 'v1,', 'v1,-3', '{"high":"3"}', 'v1,1+'])('%s is no marks', (text) => {
  expect(() => Marks.parse(text)).toThrow('do not parse')
})
