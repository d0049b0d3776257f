import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import {
  betaBinomialCdf,
  betaQuantile,
  binomialCdf,
  binomialPmf,
  chiSquarePValue,
  criticalValue,
  normalQuantile,
} from './distributions.ts'

// All figures: SciPy 1.17 (scipy.stats norm, binom, betabinom, beta, chi2).
test.each([
  [0.975, 1.959963984540054],
  [0.9, 1.2815515655446004],
  [0.0001, -3.719016485455709],
  [0.999999, 4.753424308822899],
  [0.5, 0],
])('normal quantile of %f', (probability, x) => {
  expect(normalQuantile(probability)).toBeCloseTo(x, 8)
})

test('the ends of the normal distribution', () => {
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity])
  expect(criticalValue(0.95)).toBeCloseTo(1.959963984540054, 10)
})

test('binomial', () => {
  expect(binomialPmf(6, 1320, 0.003)).toBeCloseTo(0.10217263820778755, 11)
  expect(binomialCdf(6, 1320, 0.003)).toBeCloseTo(0.8937650774681114, 11)
  expect(binomialCdf(480, 1000, 0.5)).toBeCloseTo(0.10872414660207075, 9)
  expect([binomialPmf(0, 10, 0), binomialCdf(3, 10, 1), binomialPmf(11, 10, 0.5)]).toEqual([
    1, 0, 0,
  ])
})

property.prop([
  fc.nat(60),
  fc.integer({ min: 1, max: 60 }),
  fc.double({ min: 0, max: 1, noNaN: true }),
])('both tails of a binomial make one', (count, trials, rate) => {
  const above = binomialCdf(trials - count - 1, trials, 1 - rate)
  expect(binomialCdf(count, trials, rate) + above).toBeCloseTo(1, 9)
})

test('beta-binomial', () => {
  expect(betaBinomialCdf(6, 1320, 4, 1947)).toBeCloseTo(0.9427395759529608, 9)
  expect(betaBinomialCdf(0, 50, 1, 100)).toBeCloseTo(2 / 3, 10)
  expect(betaBinomialCdf(200, 500, 30.5, 40.5)).toBeCloseTo(0.32817405196803423, 8)
})

test('beta quantiles', () => {
  expect(betaQuantile(0.05, 4, 1947)).toBeCloseTo(0.00070097, 8)
  expect(betaQuantile(0.95, 4, 1947)).toBeCloseTo(0.00397139, 8)
})

test('chi-square p-values', () => {
  expect(chiSquarePValue(3.84, 1)).toBeCloseTo(0.05004352124870519, 9)
  expect(chiSquarePValue(30, 5)).toBeCloseTo(1.4748581038443073e-5, 11)
  expect(chiSquarePValue(1.2, 9)).toBeCloseTo(0.9988211034284458, 9)
  expect(chiSquarePValue(0, 3)).toBe(1)
})
