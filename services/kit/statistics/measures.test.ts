import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { accuracyOf, countLabels, majorityLabel } from './accuracy.ts'
import { pairedBootstrap } from './bootstrap.ts'
import { expectedCalibrationError } from './calibration.ts'
import { jensenShannonBits, populationStability } from './histograms.ts'
import { seededRandom } from './random.ts'

test('labels are counted, the commonest first', () => {
  expect([...countLabels(['b', 'a', 'b', 'c', 'a'])]).toEqual([
    ['a', 2],
    ['b', 2],
    ['c', 1],
  ])
  expect(majorityLabel(['x', 'y', 'y'])).toBe('y')
  expect(majorityLabel([])).toBeUndefined()
  expect(accuracyOf(['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'a'])).toBe(0.75)
  expect(() => accuracyOf(['a'], [])).toThrow('Not pairs')
})

describe('the paired bootstrap', () => {
  const random = seededRandom(21)
  const differences = Array.from({ length: 400 }, () => random.unit() - 0.4)

  test('agrees with the normal interval of a mean', () => {
    const { difference, low, high } = pairedBootstrap(differences, { seed: 1 })
    // The deviation of a uniform variable of width one is 1/√12.
    const half = (1.96 * Math.sqrt(1 / 12)) / 20
    expect(low).toBeCloseTo(difference - half, 2)
    expect(high).toBeCloseTo(difference + half, 2)
  })

  test('is decided by its seed', () => {
    const first = pairedBootstrap(differences, { seed: 4, resamples: 200 })
    expect(pairedBootstrap(differences, { seed: 4, resamples: 200 })).toEqual(first)
    expect(pairedBootstrap(differences, { seed: 5, resamples: 200 })).not.toEqual(first)
    expect(() => pairedBootstrap([], { seed: 1 })).toThrow('Nothing to resample')
  })
})

test('the calibration error is the mean gap by bin', () => {
  const stated = (confidence: number, right: number, wrong: number) => [
    ...Array.from({ length: right }, () => ({ confidence, correct: true })),
    ...Array.from({ length: wrong }, () => ({ confidence, correct: false })),
  ]
  expect(expectedCalibrationError(stated(0.9, 9, 1))).toBeCloseTo(0, 12)
  expect(expectedCalibrationError(stated(1, 5, 5))).toBeCloseTo(0.5, 12)
  const mixed = [...stated(0.95, 8, 2), ...stated(0.55, 10, 20)]
  expect(expectedCalibrationError(mixed)).toBeCloseTo(0.25 * 0.15 + 0.75 * (0.55 - 1 / 3), 12)
  expect(expectedCalibrationError([])).toBe(0)
})

describe('histograms', () => {
  test('known divergences (SciPy 1.17 jensenshannon, base 2, squared; PSI by hand)', () => {
    expect(jensenShannonBits([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(0.15356065532898464, 12)
    expect(populationStability([10, 20, 30, 40], [40, 30, 20, 10])).toBeCloseTo(
      0.9128696382935673,
      12,
    )
    expect(jensenShannonBits([5, 0], [0, 7])).toBeCloseTo(1, 12)
  })

  test('an empty bin is finite, different bins are refused', () => {
    expect(populationStability([10, 0], [5, 5])).toBeGreaterThan(1)
    expect(populationStability([10, 0], [5, 5])).toBeLessThan(10)
    expect(() => populationStability([1], [1, 2])).toThrow('Different bins')
    expect(() => jensenShannonBits([1], [1, 2])).toThrow('Different bins')
  })

  const histogram = fc.array(fc.nat(50), { minLength: 6, maxLength: 6 })
  property.prop([histogram, histogram])('both are symmetric and never negative', (left, right) => {
    expect(populationStability(left, right)).toBeCloseTo(populationStability(right, left), 9)
    expect(populationStability(left, right)).toBeGreaterThanOrEqual(0)
    const bits = jensenShannonBits(left, right)
    expect(bits).toBeCloseTo(jensenShannonBits(right, left), 12)
    expect(bits >= -1e-12 && bits <= 1 + 1e-12).toBe(true)
  })
})
