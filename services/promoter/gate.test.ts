import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { type GatePolicy, judge } from './gate.ts'
import { aMetric, anEvaluation } from './testing.ts'

const policy: GatePolicy = { marginRatio: 0.01, pairsMin: 100, metrics: ['accuracy'] }

describe('the gate', () => {
  test('a cheaper candidate whose whole interval lies within the margin is promoted', () => {
    const verdict = judge(anEvaluation({ metrics: [aMetric({ low: -0.009 })] }), policy)
    expect(verdict.promoted).toBe(true)
    expect(verdict.checks.map(({ name }) => name)).toEqual(['evidence', 'accuracy', 'cost'])
  })

  test('a point estimate within the margin is not enough', () => {
    const metrics = [aMetric({ difference: -0.005, low: -0.012 })]
    const verdict = judge(anEvaluation({ metrics }), policy)
    expect(verdict.promoted).toBe(false)
    expect(verdict.reason).toContain('[-1.20 points')
  })

  test('too few pairs, a missing metric and a higher cost are all told at once', () => {
    const verdict = judge(anEvaluation({ pairs: 12, metrics: [], costPer1000Usd: 9 }), policy)
    expect(verdict.checks.filter(({ passed }) => !passed)).toHaveLength(3)
    expect(verdict.reason).toContain('12 test pairs, 100 needed')
    expect(verdict.reason).toContain('accuracy is missing')
  })

  test('dearer than the champion passes only with proved better answers, below production’s cost', () => {
    const dearer = { costPer1000Usd: 2, championCostPer1000Usd: 1, productionCostPer1000Usd: 5 }
    const better = [aMetric({ difference: 0.03, low: 0.01, high: 0.05 })]
    expect(judge(anEvaluation({ ...dearer, metrics: better }), policy).promoted).toBe(true)
    expect(
      judge(anEvaluation({ ...dearer, metrics: [aMetric({ low: -0.001 })] }), policy).promoted,
    ).toBe(false)
    expect(
      judge(anEvaluation({ ...dearer, productionCostPer1000Usd: 1.5, metrics: better }), policy)
        .promoted,
    ).toBe(false)
  })

  property.prop([
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ])('a lower end at or below the margin never passes', (low, marginRatio) => {
    const verdict = judge(anEvaluation({ metrics: [aMetric({ low })] }), { ...policy, marginRatio })
    expect(verdict.promoted).toBe(low > -marginRatio)
  })
})
