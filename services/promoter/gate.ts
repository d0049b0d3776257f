import type { EvalResult } from '#schemas'

/** What a candidate must show. */
export interface GatePolicy {
  /** Most that the primary metric may be worse, 0 to 1; judged on the lower end of the interval. */
  readonly marginRatio: number
  /** Fewer pairs than this prove nothing. */
  readonly pairsMin: number
  /** The metrics that must hold, by name, over all slices. */
  readonly metrics: readonly string[]
}

/** One requirement and how it came out, in words with its figures. */
export interface Check {
  readonly name: string
  readonly passed: boolean
  readonly detail: string
}

/** The gate's word on one evaluation. */
export interface Verdict {
  readonly promoted: boolean
  /** Why, for a person: every check that failed, or all that passed. */
  readonly reason: string
  readonly checks: readonly Check[]
}

const points = (share: number): string => `${(share * 100).toFixed(2)} points`
const dollars = (costUsd: number): string => `$${costUsd.toFixed(4)}`

const enoughPairs = ({ pairs }: EvalResult, { pairsMin }: GatePolicy): Check => ({
  name: 'evidence',
  passed: pairs >= pairsMin,
  detail: `${pairs} test pairs, ${pairsMin} needed`,
})

/**
 * Non-inferiority: the whole interval of candidate − champion must lie above −margin.
 * A point estimate within the margin proves nothing (ICH E9, section 3.3.2).
 */
const notWorse = (result: EvalResult, name: string, { marginRatio }: GatePolicy): Check => {
  const metric = result.metrics.find((one) => one.name === name && one.slice === 'all')
  if (metric === undefined)
    return { name, passed: false, detail: `${name} is missing from the evaluation` }
  const level = `${Math.round(metric.level * 100)}%`
  const interval = `[${points(metric.low)}, ${points(metric.high)}]`
  return {
    name,
    passed: metric.low > -marginRatio,
    detail: `${name} ${points(metric.difference)} against the champion, ${level} interval ${interval}, at most ${points(-marginRatio)} allowed`,
  }
}

/** Cheaper than the champion; or proved better than it and still cheaper than the production model. */
const cheaper = (result: EvalResult, policy: GatePolicy): Check => {
  const { costPer1000Usd, championCostPer1000Usd, productionCostPer1000Usd } = result
  const [primary] = policy.metrics
  const better = result.metrics.some(
    (one) => one.name === primary && one.slice === 'all' && one.low > 0,
  )
  const cost = `${dollars(costPer1000Usd)} per 1,000 calls against ${dollars(championCostPer1000Usd)}`
  if (costPer1000Usd < championCostPer1000Usd)
    return { name: 'cost', passed: true, detail: `${cost} of the champion` }
  return {
    name: 'cost',
    passed: better && costPer1000Usd < productionCostPer1000Usd,
    detail: `${cost} of the champion and ${dollars(productionCostPer1000Usd)} of the production model${better ? ', at proved better answers' : ''}`,
  }
}

/** Judges an evaluation by the policy. Every check is made and told, also after one has failed. */
export const judge = (result: EvalResult, policy: GatePolicy): Verdict => {
  const checks = [
    enoughPairs(result, policy),
    ...policy.metrics.map((name) => notWorse(result, name, policy)),
    cheaper(result, policy),
  ]
  const failed = checks.filter(({ passed }) => !passed)
  const promoted = failed.length === 0
  const told = promoted ? checks : failed
  return { promoted, reason: told.map(({ detail }) => detail).join('; '), checks }
}
