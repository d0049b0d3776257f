import { expect, test } from 'vitest'
import type { Finding, RetrainTrigger } from '#schemas'
import { alertOf } from './alert.ts'

const finding = (feature: string, statistic: string, value: number): Finding => ({
  findingId: `finding-${feature}`,
  workload: 'mail triage',
  feature,
  verdict: 'drifted',
  statistic,
  value,
  threshold: 0.25,
  pValue: 0.0001,
  referenceCount: 1000,
  windowCount: 1000,
  referenceFromMs: 0,
  referenceToMs: 0,
  windowFromMs: 0,
  windowToMs: 0,
  evidence: '{}',
  query: `SELECT '${feature}'`,
  createdAtMs: 0,
})

const trigger: RetrainTrigger = {
  triggerId: 'trigger-1',
  workload: 'mail triage',
  cause: 'drift',
  evidence: '[]',
  findingIds: [],
  championId: 'candidate-1',
  urgency: 'normal',
  windowFromMs: Date.UTC(2024, 0, 2, 3, 4, 5),
  windowToMs: 0,
  actor: 'drift-detector',
  createdAtMs: 0,
}
const drifted = [finding('label', 'PSI', 0.60708), finding('input-length', 'PSI', 1.5)]

test('an alert says what moved, how much, since when, what was triggered, and how to see it', () => {
  expect(alertOf(trigger, drifted, 'https://alerts.example/hook')).toEqual({
    kind: 'notify',
    id: 'trigger-1',
    url: 'https://alerts.example/hook',
    body: {
      title: 'Drift in mail triage: label, input-length',
      severity: 'warning',
      workload: 'mail triage',
      champion: 'candidate-1',
      moved: ['label: PSI 0.607 (threshold 0.25)', 'input-length: PSI 1.500 (threshold 0.25)'],
      since: '2024-01-02T03:04:05.000Z',
      triggered: 'trigger-1',
      queries: ["SELECT 'label'", "SELECT 'input-length'"],
    },
  })
})

test('an urgent turn is a critical alert', () => {
  const { body } = alertOf({ ...trigger, urgency: 'high' }, drifted, 'https://alerts.example')
  expect(body).toMatchObject({ severity: 'critical' })
})
