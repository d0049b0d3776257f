import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { twoProportionZ, wilsonInterval } from './proportions.ts'

// Newcombe 1998, table I, method 3.
test.each([
  [81, 263, '0.2553', '0.3662'],
  [15, 148, '0.0624', '0.1605'],
  [0, 20, '0.0000', '0.1611'],
  [1, 29, '0.0061', '0.1718'],
])('Wilson’s interval of %i in %i, as published', (successes, trials, low, high) => {
  const interval = wilsonInterval(successes, trials)
  expect([interval.low.toFixed(4), interval.high.toFixed(4)]).toEqual([low, high])
})

property.prop([fc.nat(500), fc.nat(500)])(
  'it holds the share and stays within [0, 1]',
  (left, right) => {
    fc.pre(left + right > 0)
    const { low, high } = wilsonInterval(left, left + right)
    const share = left / (left + right)
    expect(0 <= low && low <= share && share <= high && high <= 1 && low < high).toBe(true)
  },
)

test('nothing is known without trials', () => {
  expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 })
})

// statsmodels 0.15, proportions_ztest
test.each([
  [15, 100, 30, 120, -1.8309508328682538, 0.06710788204818688],
  [3, 500, 1, 480, 0.9613474221738044, 0.3363775112165355],
])('z of %i in %i against %i in %i', (one, ofOne, other, ofOther, z, pValue) => {
  const result = twoProportionZ(
    { successes: one, trials: ofOne },
    { successes: other, trials: ofOther },
  )
  expect(result.z).toBeCloseTo(z, 10)
  expect(result.pValue).toBeCloseTo(pValue, 8)
})

test('equal certainties, or no trials, show no difference', () => {
  const all = { successes: 9, trials: 9 }
  expect(twoProportionZ(all, all)).toEqual({ z: 0, pValue: 1 })
  expect(twoProportionZ(all, { successes: 0, trials: 0 })).toEqual({ z: 0, pValue: 1 })
})
