import { sha256 } from '#kit'
import type { Candidate } from '#schemas'
import type { Pair } from './judge-pairs.ts'

/** A pair of answers to an example whose right label is `label`. */
export const aPair = (
  label: string,
  candidate: string,
  champion: string,
  change: Partial<Pair> = {},
): Pair => ({
  label,
  source: 'production',
  candidate: { label: candidate, asked: false },
  champion: { label: champion, asked: false },
  ...change,
})

/** As many of the same. */
export const times = <T>(count: number, one: T): readonly T[] =>
  Array.from({ length: count }, () => one)

/** A student that is ready to be judged. */
export const aCandidate = (change: Partial<Candidate> = {}): Candidate => ({
  candidateId: 'candidate-1',
  workload: 'mail',
  datasetVersion: 'mail@0123456789ab',
  kind: 'student',
  state: 'ready',
  reason: '',
  model: 'student',
  artifactUri: 'models/mail/one.student',
  artifactHash: sha256(Buffer.from('')),
  threshold: null,
  recipe: '{}',
  metrics: {},
  trainingCostUsd: 0,
  trainingSeconds: 0,
  triggerId: 'trigger-1',
  createdAtMs: 0,
  ...change,
})
