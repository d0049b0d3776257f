import { expect, test } from 'vitest'
import { drop } from '#kit'
import { given } from '#kit/testing'
import { type Promotion, productionReference } from '#schemas'
import { promote } from './promote.ts'
import { aMetric, anEvaluation } from './testing.ts'

const settings = { metrics: ['accuracy'] }
const first = { facts: { state: undefined }, nowMs: 7, settings }
const decisionOf = (outcome: ReturnType<ReturnType<typeof given>['when']>): Promotion => {
  if (outcome.kind !== 'emit') throw new Error(`not decided: ${outcome.reason}`)
  const [only] = outcome.messages
  return only?.value as unknown as Promotion
}

test('the first champion takes over from the production model', () => {
  const decision = decisionOf(given(promote, first).when(anEvaluation()))
  expect(decision).toMatchObject({
    revision: 1,
    verdict: 'promoted',
    champion: { candidateId: 'candidate-1', threshold: 0.9 },
    previousChampion: productionReference,
    decidedAtMs: 7,
  })
})

test('a refusal is a decision too: the champion stays, the reason is kept', () => {
  const worse = anEvaluation({ metrics: [aMetric({ difference: -0.02, low: -0.03 })] })
  const decision = decisionOf(given(promote, first).when(worse))
  expect(decision).toMatchObject({
    verdict: 'refused',
    champion: productionReference,
    challenger: { candidateId: 'candidate-1' },
  })
  expect(decision.reason).toContain('-2.00 points')
})

test('evidence against a champion that no longer serves is stale', () => {
  const state = decisionOf(given(promote, first).when(anEvaluation()))
  const late = anEvaluation({ evaluationId: 'evaluation-2', candidateId: 'candidate-2' })
  const decision = decisionOf(given(promote, { ...first, facts: { state } }).when(late))
  expect(decision).toMatchObject({ revision: 2, verdict: 'refused' })
  expect(decision.reason).toBe('paired against production, but candidate-1 serves now')
})

test('the same evaluation decides once', () => {
  const state = decisionOf(given(promote, first).when(anEvaluation()))
  expect(given(promote, { ...first, facts: { state } }).when(anEvaluation())).toEqual(
    drop('already decided'),
  )
})

test('a failed evaluation refuses with its reason', () => {
  const failed = anEvaluation({ state: 'failed', reason: 'artifact does not match its hash' })
  expect(decisionOf(given(promote, first).when(failed)).reason).toContain('artifact does not match')
})
