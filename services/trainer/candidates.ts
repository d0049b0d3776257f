import { digest, neverAnswers } from '#kit'
import type { Candidate, DatasetVersion } from '#schemas'

/** What a training job needs to know. */
export interface Spec {
  readonly dataset: DatasetVersion
  readonly recipe: Recipe
}

/** How the built-in student is trained and its cascade's threshold is chosen. */
export interface Recipe {
  readonly backend: 'student'
  readonly seed: number
  readonly folds: number
  readonly marginRatio: number
  readonly level: number
  readonly assurance: number
}

/** What came of a training job. */
export interface Result {
  readonly artifactUri: string
  readonly artifactHash: string
  readonly threshold: number
  readonly metrics: Readonly<Record<string, number>>
  readonly trainingSeconds: number
  readonly trainingCostUsd: number
}

/** A candidate before it is known what came of it; its id derives from dataset, kind and recipe. */
export const candidateOf = (
  { dataset, recipe }: Spec,
  kind: 'student' | 'cascade',
  nowMs: number,
): Candidate => ({
  candidateId: digest('candidate', dataset.datasetVersion, kind, JSON.stringify(recipe)).slice(
    0,
    24,
  ),
  workload: dataset.workload,
  datasetVersion: dataset.datasetVersion,
  kind,
  state: 'failed',
  reason: '',
  model: 'student',
  artifactUri: '',
  artifactHash: '',
  threshold: null,
  recipe: JSON.stringify(recipe),
  metrics: {},
  trainingCostUsd: 0,
  trainingSeconds: 0,
  triggerId: dataset.triggerId,
  createdAtMs: nowMs,
})

/** The candidate with its artifact and figures. */
export const ready = (candidate: Candidate, result: Result): Candidate => ({
  ...candidate,
  state: 'ready',
  artifactUri: result.artifactUri,
  artifactHash: result.artifactHash,
  metrics: result.metrics,
  trainingCostUsd: result.trainingCostUsd,
  trainingSeconds: result.trainingSeconds,
})

/** The same artifact behind a threshold; failed where no threshold is safe. */
export const cascadeOf = (spec: Spec, result: Result, nowMs: number): Candidate => {
  const candidate = candidateOf(spec, 'cascade', nowMs)
  const { threshold } = result
  return threshold >= neverAnswers
    ? { ...candidate, reason: 'no threshold has the asked chance of passing the gate' }
    : { ...ready(candidate, result), threshold }
}
