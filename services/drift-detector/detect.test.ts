import { describe, expect, test } from 'vitest'
import type { Finding, RetrainTrigger } from '#schemas'
import { detect, type Watched } from './detect.ts'
import { decileBin, doublingBin } from './features.ts'
import { judgeAccuracy, judgeFeature } from './judge.ts'

const thresholds = {
  stabilityMin: 0.25,
  significance: 0.001,
  recordsMin: 200,
  accuracyFallMin: 0.01,
}
const settings = {
  ...thresholds,
  intervalMs: 1000,
  windowRecords: 1000,
  webhookUrl: 'https://alerts.example/hook',
}

const labels = (deliver: number, quarantine: number) => [
  { bin: 'deliver', reference: 850, current: deliver },
  { bin: 'quarantine', reference: 150, current: quarantine },
]

const watched = (change: Partial<Watched> = {}): Watched => ({
  workload: "mail's triage",
  championId: 'candidate-1',
  referenceFromMs: 1,
  referenceToMs: 100,
  windowFromMs: 101,
  windowToMs: 200,
  bins: { label: labels(500, 500) },
  referenceAccuracy: { right: 985, known: 1000 },
  currentAccuracy: { right: 0, known: 0 },
  lastVerdicts: {},
  triggered: false,
  ...change,
})

const decide = (facts: readonly Watched[]) => {
  const { messages, deliveries } = detect.decide({ tickMs: 5000, facts, settings })
  const values = (topic: string) =>
    messages.filter((one) => one.topic.name === topic).map((one) => one.value as unknown)
  return {
    findings: values('findings') as Finding[],
    triggers: values('retrain-triggers') as RetrainTrigger[],
    deliveries,
  }
}

describe('one feature', () => {
  test('a large and significant shift is drift', () => {
    const { verdict, value } = judgeFeature('label', labels(500, 500), 8, thresholds)
    expect(verdict).toBe('drifted')
    // (.5 − .85) ln (.5 / .85) + (.5 − .15) ln (.5 / .15), by hand.
    expect(value).toBeCloseTo(0.6071, 3)
  })

  test('the same shares are stable, few records tell nothing', () => {
    expect(judgeFeature('label', labels(425, 75), 8, thresholds).verdict).toBe('stable')
    expect(judgeFeature('label', labels(50, 50), 8, thresholds).verdict).toBe('could not tell')
    expect(judgeFeature('label', [], 8, thresholds).verdict).toBe('could not tell')
  })

  test('a small fall of accuracy is an accident until it is proved', () => {
    const before = { right: 985, known: 1000 }
    expect(judgeAccuracy(before, { right: 290, known: 300 }, 8, thresholds).verdict).toBe('stable')
    const after = judgeAccuracy(before, { right: 276, known: 300 }, 8, thresholds)
    expect(after).toMatchObject({ verdict: 'drifted', statistic: 'fall of accuracy' })
    expect(after.value).toBeCloseTo(0.065, 10)
  })

  test('bins', () => {
    expect([0, 1, 2, 3, 4, 1e12].map(doublingBin)).toEqual([0, 1, 2, 2, 3, 31])
    expect([0, 0.05, 0.95, 1].map(decileBin)).toEqual([0, 0, 9, 9])
  })
})

describe('a look', () => {
  test('drift is found, triggers one turn and one alert', () => {
    const { findings, triggers, deliveries } = decide([watched()])
    expect(findings.find(({ feature }) => feature === 'label')?.verdict).toBe('drifted')
    expect(triggers).toMatchObject([
      { cause: 'drift', championId: 'candidate-1', windowFromMs: 101, urgency: 'normal' },
    ])
    expect(deliveries).toMatchObject([{ kind: 'notify', id: triggers[0]?.triggerId }])
  })

  test('a fall of accuracy makes it urgent', () => {
    const fallen = watched({ currentAccuracy: { right: 800, known: 1000 } })
    expect(decide([fallen]).triggers[0]?.urgency).toBe('high')
  })

  test('a champion’s drift triggers once, and verdicts are told when they change', () => {
    const { findings, triggers, deliveries } = decide([
      watched({ triggered: true, lastVerdicts: { label: 'drifted' } }),
    ])
    expect([triggers, deliveries]).toEqual([[], []])
    expect(findings.map(({ feature }) => feature)).not.toContain('label')
  })

  test('the same look gives the same ids, and its query quotes the workload', () => {
    const [first, second] = [decide([watched()]), decide([watched()])]
    expect(first).toEqual(second)
    expect(first.findings[0]?.query).toContain("workload = 'mail\\'s triage'")
  })
})
