import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { isNotInferior, seededRandom } from '../statistics/index.ts'
import { chooseThreshold, neverAnswers } from './threshold.ts'

const gate = { pairs: 1320, margin: 0.01, level: 0.95 }
const predictions = fc.array(
  fc.record({ confidence: fc.nat(40).map((one) => one / 40), correct: fc.boolean() }),
  { maxLength: 300 },
)

describe('the threshold of a cascade', () => {
  test('stops short of the loss that can’t be afforded', () => {
    // 1,950 sampled afford three losses at 1,320 pairs: the fourth is at confidence .5.
    const wrong = [0.9, 0.8, 0.7, 0.5, 0.3]
    const right = Array.from({ length: 1945 }, (_, index) => 0.2 + (0.79 * index) / 1945)
    const all = [
      ...wrong.map((confidence) => ({ confidence, correct: false })),
      ...right.map((confidence) => ({ confidence, correct: true })),
    ]
    const chosen = chooseThreshold(all, gate)
    const least = Math.min(...right.filter((confidence) => confidence > 0.5))
    expect(chosen.threshold).toBe(least)
    expect(chosen.lossRate).toBeCloseTo(3 / 1950, 12)
    expect(chosen.coverage).toBeCloseTo((3 + right.filter((one) => one > 0.5).length) / 1950, 12)
    // SciPy 1.17: betabinom.cdf(6, 1320, 4, 1947)
    expect(chosen.passProbability).toBeCloseTo(0.9427395759529608, 9)
  })

  test('a student that is never wrong answers everything', () => {
    const sure = Array.from({ length: 1000 }, (_, index) => ({
      confidence: index / 1000,
      correct: true,
    }))
    expect(chooseThreshold(sure, gate)).toMatchObject({ threshold: 0, coverage: 1, lossRate: 0 })
  })

  test('too small a sample, or too small a test, proves nothing', () => {
    const few = Array.from({ length: 50 }, () => ({ confidence: 0.99, correct: true }))
    expect(chooseThreshold(few, gate)).toMatchObject({ threshold: neverAnswers, coverage: 0 })
    const many = Array.from({ length: 5000 }, () => ({ confidence: 0.99, correct: true }))
    expect(chooseThreshold(many, { ...gate, pairs: 100 }).threshold).toBe(neverAnswers)
    expect(chooseThreshold([], gate)).toMatchObject({ threshold: neverAnswers, coverage: 0 })
  })

  test('equal confidences stand or fall together', () => {
    const tied = [
      ...Array.from({ length: 990 }, () => ({ confidence: 0.9, correct: true })),
      ...Array.from({ length: 10 }, () => ({ confidence: 0.9, correct: false })),
      ...Array.from({ length: 900 }, () => ({ confidence: 0.95, correct: true })),
    ]
    expect(chooseThreshold(tied, gate).threshold).toBe(0.95)
  })

  property.prop([predictions, fc.double({ min: 0.02, max: 0.5, noNaN: true })])(
    'keeps its word, and a higher chance never covers more',
    (stated, margin) => {
      const small = { pairs: 200, margin, level: 0.95 }
      const chosen = chooseThreshold(stated, small, 0.8)
      const answered = stated.filter(({ confidence }) => confidence >= chosen.threshold)
      const losses = answered.filter(({ correct }) => !correct).length
      if (stated.length > 0) {
        expect(chosen.coverage).toBeCloseTo(answered.length / stated.length, 12)
        expect(chosen.lossRate).toBeCloseTo(losses / stated.length, 12)
      }
      if (chosen.coverage > 0) expect(chosen.passProbability).toBeGreaterThanOrEqual(0.8)
      expect(chooseThreshold(stated, small, 0.95).coverage).toBeLessThanOrEqual(chosen.coverage)
      const coverages = chosen.frontier.map(({ coverage }) => coverage)
      expect(coverages).toEqual(coverages.toSorted((left, right) => left - right))
    },
  )

  test('a cascade of the chosen threshold passes as often as was asked', () => {
    const random = seededRandom(17)
    // Wrong answers, 8% of all, are less sure than right ones.
    const draw = (count: number) =>
      Array.from({ length: count }, () => {
        const correct = random.unit() > 0.08
        return { correct, confidence: correct ? random.unit() ** 0.3 : random.unit() }
      })
    const test = { pairs: 800, margin: 0.02, level: 0.95 }
    let passed = 0
    for (let round = 0; round < 400; round++) {
      const { threshold } = chooseThreshold(draw(1000), test)
      const losses = draw(800).filter((one) => one.confidence >= threshold && !one.correct).length
      if (isNotInferior({ wins: 0, losses, pairs: 800 }, 0.02)) passed++
    }
    expect(passed / 400).toBeGreaterThan(0.86)
    expect(passed / 400).toBeLessThan(0.97)
  })
})
