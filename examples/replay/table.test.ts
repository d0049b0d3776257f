import { describe, expect, test } from 'vitest'
import type { ReplayedWorkload } from './report.ts'
import { missingText } from './table.ts'

const dataset = {
  datasetVersion: 'w@1',
  cause: 'volume',
  train: 90,
  validation: 10,
  test: 60,
  sources: { production: 160 },
}
const workload: ReplayedWorkload = {
  workload: 'w',
  calls: 500,
  examples: 160,
  stored: { rows: 500, distinctIds: 500, sampled: 0, repeats: 0, doubled: 0 },
  datasets: [dataset],
  failedCandidates: [],
  verdicts: [],
  promotions: 0,
  refusals: 0,
  drift: [],
}
const dropped = { processor: 'trainer.submit-student', kind: 'drop', records: 1 }
const missing = (change: Partial<ReplayedWorkload>, reason = 'no choice to learn') =>
  missingText({ ...workload, ...change }, { examplesMin: 200, outcomes: [{ ...dropped, reason }] })

describe('what a workload lacks', () => {
  test('is a dataset, for want of examples', () => {
    expect(missing({ datasets: [] })).toContain('160 curated examples, 200 needed')
  })

  test('is a dataset, though there are examples', () => {
    expect(missing({ datasets: [], examples: 300 })).toContain('of 300 curated examples fewer')
  })

  test('is a student, for the trainer’s reason', () => {
    expect(missing({}, 'too few examples')).toContain('(too few examples)')
  })

  test('is a champion, where all were refused or failed', () => {
    const failed = { kind: 'student', datasetVersion: 'w@1', reason: 'one class' }
    expect(missing({ failedCandidates: [failed] })).toContain('production model goes on')
  })

  test('is nothing where one was promoted', () => {
    const failed = { kind: 'cascade', datasetVersion: 'w@1', reason: 'no threshold' }
    expect(missing({ failedCandidates: [failed], promotions: 1 })).toBe('')
  })
})
