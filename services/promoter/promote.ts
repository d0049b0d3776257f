import { defineProcessor, drop, emit, integer, list, ratio } from '#kit'
import {
  type EvalResult,
  type ModelReference,
  type Promotion,
  productionReference,
  topics,
} from '#schemas'
import { judge, type Verdict } from './gate.ts'

/** The workloads' states, as the last decisions left them. */
export interface World {
  /** Resolves with the states of these workloads, no older than the call. */
  readonly latest: (workloads: readonly string[]) => Promise<readonly (Promotion | undefined)[]>
}

const challengerOf = (result: EvalResult): ModelReference => ({
  candidateId: result.candidateId,
  kind: result.kind,
  model: result.model,
  artifactUri: result.artifactUri,
  artifactHash: result.artifactHash,
  threshold: result.threshold,
  datasetVersion: result.datasetVersion,
})

const staleVerdict = (result: EvalResult, champion: ModelReference): Verdict => ({
  promoted: false,
  reason: `paired against ${result.championId}, but ${champion.candidateId} serves now`,
  checks: [],
})

const failedVerdict = (result: EvalResult): Verdict => ({
  promoted: false,
  reason: `the evaluation failed: ${result.reason}`,
  checks: [],
})

const decisionOf = (
  result: EvalResult,
  state: Promotion | undefined,
  verdict: Verdict,
  nowMs: number,
): Promotion => {
  const champion = state?.champion ?? productionReference
  const challenger = challengerOf(result)
  const { promoted, reason, checks } = verdict
  return {
    workload: result.workload,
    revision: (state?.revision ?? 0) + 1,
    verdict: promoted ? 'promoted' : 'refused',
    reason,
    stage: 'serving',
    share: 1,
    champion: promoted ? challenger : champion,
    previousChampion: promoted ? champion : (state?.previousChampion ?? productionReference),
    challenger,
    evaluationId: result.evaluationId,
    evidence: JSON.stringify({ checks, coverage: result.coverage, pairs: result.pairs }),
    actor: 'promoter',
    triggerId: result.triggerId,
    decidedAtMs: nowMs,
  }
}

/** Promotes what is proved not worse and cheaper; refuses the rest and says why. */
export const promote = defineProcessor({
  service: 'promoter',
  name: 'promote',
  input: topics.evalResults,
  outputs: [topics.promotions],
  oneRecordPerKey: true,
  settings: {
    marginRatio: ratio(
      'PROMOTER_MARGIN',
      0.01,
      'Most that a candidate may be worse than the champion, as a share of calls; judged on the lower end of the interval.',
    ),
    pairsMin: integer('PROMOTER_PAIRS_MIN', 100, 'Fewer test pairs than this prove nothing.'),
    metrics: list(
      'PROMOTER_METRICS',
      ['accuracy', 'production-accuracy'],
      'Metrics that must hold, separated by commas.',
    ),
  },

  gather: async (records, world: World) => {
    const states = await world.latest(records.map(({ value }) => value.workload))
    return states.map((state) => ({ state }))
  },

  decide: (result, { facts: { state }, settings, nowMs }) => {
    if (state?.evaluationId === result.evaluationId) return drop('already decided')
    const champion = state?.champion ?? productionReference
    if (result.candidateId === champion.candidateId) return drop('already champion')
    if (result.state === 'failed')
      return emit(topics.promotions, decisionOf(result, state, failedVerdict(result), nowMs))
    const verdict =
      result.championId === champion.candidateId
        ? judge(result, settings)
        : staleVerdict(result, champion)
    return emit(topics.promotions, decisionOf(result, state, verdict, nowMs))
  },
})
