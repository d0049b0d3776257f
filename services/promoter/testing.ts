import type { EvalResult, Metric } from '#schemas'

/** A metric that passes at a margin of one point. */
export const aMetric = (change: Partial<Metric> = {}): Metric => ({
  name: 'accuracy',
  slice: 'all',
  pairs: 1000,
  candidate: 0.99,
  champion: 1,
  difference: -0.003,
  low: -0.008,
  high: 0.001,
  level: 0.95,
  method: 'Tango score',
  ...change,
})

/** An evaluation that passes at a margin of one point. */
export const anEvaluation = (change: Partial<EvalResult> = {}): EvalResult => ({
  evaluationId: 'evaluation-1',
  candidateId: 'candidate-1',
  workload: 'mail-triage',
  datasetVersion: 'mail-triage@0123456789ab',
  championId: 'production',
  kind: 'cascade',
  model: 'student',
  artifactUri: 'models/mail-triage/00.student',
  artifactHash: '00',
  threshold: 0.9,
  state: 'ready',
  reason: '',
  pairs: 1000,
  metrics: [aMetric()],
  worstSlice: 'all',
  baselines: {},
  confusion: '{}',
  coverage: 0.85,
  costPer1000Usd: 0.5,
  championCostPer1000Usd: 3,
  productionCostPer1000Usd: 3,
  latencyP50Ms: 0.2,
  latencyP95Ms: 0.4,
  championLatencyP50Ms: null,
  championLatencyP95Ms: null,
  triggerId: '',
  createdAtMs: 0,
  ...change,
})
