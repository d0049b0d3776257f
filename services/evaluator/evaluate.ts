import { defineProcessor, digest, drop, emit, integer } from '#kit'
import { type Candidate, type EvalResult, topics } from '#schemas'
import { type Answer, confusionOf, type Pair, scorePairs, worstSliceOf } from './judge-pairs.ts'

/** How long answers took, milliseconds. */
export interface Latency {
  readonly p50Ms: number | null
  readonly p95Ms: number | null
}

/** A model's answers to the test examples, in their order. */
export interface Answers {
  readonly answers: readonly Answer[]
  readonly latency: Latency
  /** Computing for all of them, in US dollars; the production model's tokens are counted apart. */
  readonly computeCostUsd: number
}

/** A test example with its price at the production model. */
export interface TestExample {
  readonly label: string
  readonly source: string
  readonly productionCostUsd: number
}

/** What is known of a candidate before its scores are computed. */
export type Facts =
  | { readonly kind: 'failed'; readonly championId: string; readonly reason: string }
  | {
      readonly kind: 'answered'
      readonly championId: string
      readonly examples: readonly TestExample[]
      readonly candidate: Answers
      readonly champion: Answers
      readonly baselines: Readonly<Record<string, number>>
    }

/** Asks the models. */
export interface World {
  readonly examine: (candidate: Candidate, signal: AbortSignal) => Promise<Facts>
}

/** Share of calls that a model answers itself. */
const coverageOf = ({ answers }: Answers): number =>
  answers.filter(({ asked }) => !asked).length / Math.max(1, answers.length)

const costPer1000Usd = (
  { answers, computeCostUsd }: Answers,
  examples: readonly TestExample[],
): number => {
  const asked = answers.reduce(
    (sum, answer, i) => sum + (answer.asked ? (examples[i]?.productionCostUsd ?? 0) : 0),
    computeCostUsd,
  )
  return (asked / Math.max(1, examples.length)) * 1000
}

const pairsOf = (facts: Extract<Facts, { kind: 'answered' }>): readonly Pair[] =>
  facts.examples.map(({ label, source }, i) => {
    const nothing = { label: '', asked: false }
    const candidate = facts.candidate.answers[i] ?? nothing
    const champion = facts.champion.answers[i] ?? nothing
    return { label, source, candidate, champion }
  })

const scoresOf = (facts: Extract<Facts, { kind: 'answered' }>, candidate: Candidate) => {
  const pairs = pairsOf(facts)
  const production = facts.examples.reduce((sum, one) => sum + one.productionCostUsd, 0)
  return {
    pairs: pairs.length,
    metrics: scorePairs(pairs),
    worstSlice: worstSliceOf(pairs),
    baselines: facts.baselines,
    confusion: JSON.stringify(confusionOf(pairs)),
    coverage: candidate.kind === 'cascade' ? coverageOf(facts.candidate) : 1,
    costPer1000Usd: costPer1000Usd(facts.candidate, facts.examples),
    championCostPer1000Usd: costPer1000Usd(facts.champion, facts.examples),
    productionCostPer1000Usd: (production / Math.max(1, pairs.length)) * 1000,
    latencyP50Ms: facts.candidate.latency.p50Ms,
    latencyP95Ms: facts.candidate.latency.p95Ms,
    championLatencyP50Ms: facts.champion.latency.p50Ms,
    championLatencyP95Ms: facts.champion.latency.p95Ms,
  }
}

const noScores = {
  pairs: 0,
  metrics: [],
  worstSlice: '',
  baselines: {},
  confusion: '{}',
  coverage: 0,
  costPer1000Usd: 0,
  championCostPer1000Usd: 0,
  productionCostPer1000Usd: 0,
  latencyP50Ms: null,
  latencyP95Ms: null,
  championLatencyP50Ms: null,
  championLatencyP95Ms: null,
} as const

/** Asks candidate and champion the same test examples and scores them in pairs. */
export const evaluate = defineProcessor({
  service: 'evaluator',
  name: 'evaluate',
  input: topics.candidates,
  outputs: [topics.evalResults],
  batchRecordsMax: 1,
  settings: {
    pairsMin: integer('EVALUATOR_PAIRS_MIN', 1, 'Fewer test examples than this are not scored.', {
      min: 1,
    }),
  },

  gather: async (records, world: World, _settings, signal) => {
    const facts: (Facts | undefined)[] = []
    for (const { value } of records)
      facts.push(value.state === 'ready' ? await world.examine(value, signal) : undefined)
    return facts
  },

  decide: (candidate, { facts, settings, nowMs }) => {
    if (facts === undefined) return drop('candidate failed')
    const { candidateId, workload, datasetVersion, kind, model, artifactUri } = candidate
    const few = facts.kind === 'answered' && facts.examples.length < settings.pairsMin
    const failure = few ? 'too few test examples' : facts.kind === 'failed' ? facts.reason : ''
    const result: EvalResult = {
      evaluationId: digest('evaluation', candidateId, facts.championId, datasetVersion).slice(
        0,
        24,
      ),
      candidateId,
      workload,
      datasetVersion,
      championId: facts.championId,
      kind,
      model,
      artifactUri,
      artifactHash: candidate.artifactHash,
      threshold: candidate.threshold,
      state: failure === '' ? 'ready' : 'failed',
      reason: failure,
      ...(failure === '' && facts.kind === 'answered' ? scoresOf(facts, candidate) : noScores),
      triggerId: candidate.triggerId,
      createdAtMs: nowMs,
    }
    return emit(topics.evalResults, result)
  },
})
