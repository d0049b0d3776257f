import { describe, expect, test } from 'vitest'
import {
  mostLossesPassing,
  probabilityOfPassing,
  probabilityOfPassingAfter,
} from './gate-chance.ts'
import { isNotInferior } from './paired.ts'
import { seededRandom } from './random.ts'

const gate = { pairs: 1320, margin: 0.01, level: 0.95 }

describe('the chance of passing the gate', () => {
  // SciPy 1.17: scipy.stats.multinomial over every outcome, each judged by an independent Tango interval.
  test.each([
    [0.05, 0.04, 60, 0.1, 0.5140086340453374],
    [0.02, 0, 80, 0.06, 0.19864885008204017],
  ])('%f lost, %f won, %i pairs, margin %f', (lossesRate, winsRate, pairs, margin, chance) => {
    const found = probabilityOfPassing({ lossesRate, winsRate, pairs, margin, level: 0.95 })
    expect(found).toBeCloseTo(chance, 9)
  })

  test('wins buy losses', () => {
    expect(mostLossesPassing(0, gate)).toBe(6)
    expect(mostLossesPassing(10, gate)).toBeGreaterThan(9)
    expect(mostLossesPassing(0, { ...gate, pairs: 50 })).toBe(-1)
  })

  test('without wins it is the binomial chance of six losses or fewer', () => {
    expect(probabilityOfPassing({ lossesRate: 0.003, winsRate: 0, ...gate })).toBeCloseTo(
      0.8937650774681114,
      9,
    )
  })

  test('a simulation agrees', () => {
    const random = seededRandom(7)
    const draws = (): number[] => Array.from({ length: 600 }, () => random.unit())
    const rounds = Array.from({ length: 4000 }, () => {
      const pairs = draws()
      const losses = pairs.filter((draw) => draw < 0.012).length
      const wins = pairs.filter((draw) => draw >= 0.99).length
      return isNotInferior({ wins, losses, pairs: 600 }, 0.01)
    })
    const rates = { lossesRate: 0.012, winsRate: 0.01 }
    const chance = probabilityOfPassing({ ...rates, pairs: 600, margin: 0.01, level: 0.95 })
    expect(Math.abs(rounds.filter(Boolean).length / 4000 - chance)).toBeLessThan(0.03)
  })

  test('rates that can’t be are refused', () => {
    expect(() => probabilityOfPassing({ lossesRate: 0.6, winsRate: 0.5, ...gate })).toThrow(
      'No such rates',
    )
  })
})

test('a stopped ranked sample promises what later tests keep, whatever the distribution', () => {
  const [sampled, pairs, losses] = [300, 200, 2]
  const small = { pairs, margin: 0.05, level: 0.95 }
  const allowed = mostLossesPassing(0, small)
  const random = seededRandom(11)
  // A wrong answer's confidence; right answers (85%) never lose.
  const scores = (count: number): number[] =>
    Array.from({ length: count }, () => (random.unit() < 0.15 ? random.unit() ** 3 : -1))
  let passed = 0
  for (let round = 0; round < 4000; round++) {
    const threshold = scores(sampled).sort((left, right) => right - left)[losses] ?? 0
    if (scores(pairs).filter((score) => score > threshold).length <= allowed) passed++
  }
  const chance = probabilityOfPassingAfter(losses, sampled, small)
  expect(chance).toBeGreaterThan(0.5)
  expect(Math.abs(passed / 4000 - chance)).toBeLessThan(0.03)
})
