import { describe, expect, test } from 'vitest'
import { drop, Transient } from '#kit'
import { given } from '#kit/testing'
import type { Candidate, EvalResult } from '#schemas'
import { type Answers, evaluate, type Facts } from './evaluate.ts'
import { aCandidate, times } from './testing.ts'

const answers = (labels: readonly string[], change: Partial<Answers> = {}): Answers => ({
  answers: labels.map((label) => ({ label, asked: false })),
  latency: { p50Ms: 1, p95Ms: 2 },
  computeCostUsd: 0,
  ...change,
})

const facts = (change: Partial<Extract<Facts, { kind: 'answered' }>> = {}): Facts => ({
  kind: 'answered',
  championId: 'production',
  examples: times(4, { label: 'ham', source: 'production', productionCostUsd: 0.002 }),
  candidate: answers(['ham', 'ham', 'ham', 'spam'], { computeCostUsd: 0.0004 }),
  champion: answers(times(4, 'ham'), {
    answers: times(4, { label: 'ham', asked: true }),
    latency: { p50Ms: 500, p95Ms: 900 },
  }),
  baselines: { majority: 0.5 },
  ...change,
})

const resultOf = (known: Facts, candidate = aCandidate(), settings = {}): EvalResult => {
  const outcome = given(evaluate, { facts: known, nowMs: 7, settings }).when(candidate)
  if (outcome.kind !== 'emit') throw new Error(outcome.reason)
  const [only] = outcome.messages
  return only?.value as unknown as EvalResult
}

describe('a ready candidate', () => {
  test('is scored in pairs, with what every one costs', () => {
    const result = resultOf(facts())
    expect(result).toMatchObject({
      state: 'ready',
      reason: '',
      pairs: 4,
      coverage: 1,
      baselines: { majority: 0.5 },
      confusion: '{"ham":{"ham":3,"spam":1}}',
      latencyP50Ms: 1,
      championLatencyP95Ms: 900,
      triggerId: 'trigger-1',
      createdAtMs: 7,
    })
    expect(result.metrics.find(({ name }) => name === 'accuracy')?.candidate).toBe(0.75)
    expect(result.costPer1000Usd).toBeCloseTo(0.1, 12)
    expect(result.championCostPer1000Usd).toBeCloseTo(2, 12)
    expect(result.productionCostPer1000Usd).toBeCloseTo(2, 12)
  })

  test('that is a cascade pays the production model for what it asks it', () => {
    const asking = answers([], {
      answers: [...times(3, { label: 'ham', asked: false }), { label: 'ham', asked: true }],
      computeCostUsd: 0.0004,
    })
    const cascade = aCandidate({ kind: 'cascade', threshold: 0.9 })
    const result = resultOf(facts({ candidate: asking }), cascade)
    expect(result.coverage).toBe(0.75)
    expect(result.costPer1000Usd).toBeCloseTo(0.6, 12)
    expect(result.threshold).toBe(0.9)
  })

  test('has one evaluation a champion, whose id derives from both', () => {
    const ids = ['production', 'candidate-0', 'production'].map(
      (championId) => resultOf(facts({ championId })).evaluationId,
    )
    expect(ids[0]).toBe(ids[2])
    expect(ids[0]).not.toBe(ids[1])
  })

  test('an answer that is lacking is a wrong one', () => {
    const result = resultOf(facts({ candidate: answers(['ham']) }))
    expect(result.metrics.find(({ name }) => name === 'accuracy')?.candidate).toBe(0.25)
  })
})

describe('what can’t be scored', () => {
  test('is told with its reason and no figures', () => {
    const failed = { kind: 'failed', championId: 'production', reason: 'missing: x' } as const
    expect(resultOf(failed)).toMatchObject({
      state: 'failed',
      reason: 'missing: x',
      championId: 'production',
      pairs: 0,
      metrics: [],
      latencyP50Ms: null,
    })
  })

  test('too few test examples prove nothing', () => {
    const result = resultOf(facts(), aCandidate(), { pairsMin: 5 })
    expect(result).toMatchObject({ state: 'failed', reason: 'too few test examples', metrics: [] })
    expect(resultOf(facts({ examples: [] })).state).toBe('failed')
  })

  test('a candidate that failed in training is not examined', async () => {
    const examined: string[] = []
    const world = {
      examine: async ({ candidateId }: Candidate) => {
        examined.push(candidateId)
        return facts()
      },
    }
    const arrived = (value: Candidate) => ({
      value,
      key: '',
      position: { topic: '', partition: 0, offset: 0n },
      timestampMs: 0,
      headers: {},
    })
    const failed = aCandidate({ candidateId: 'failed', state: 'failed' })
    const records = [arrived(failed), arrived(aCandidate())]
    const { signal } = new AbortController()
    const gathered = await evaluate.gather?.(records, world, { pairsMin: 1 }, signal)
    expect(examined).toEqual(['candidate-1'])
    expect(gathered?.map((one) => one?.kind)).toEqual([undefined, 'answered'])
    const outcome = given(evaluate, { facts: undefined }).when(failed)
    expect(outcome).toEqual(drop('candidate failed'))
    const down = { examine: () => Promise.reject(new Transient('down')) }
    const asking = evaluate.gather?.(records, down, { pairsMin: 1 }, signal)
    await expect(asking).rejects.toThrow(Transient)
  })
})
