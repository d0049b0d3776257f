import { criticalValue, normalCdf } from './distributions.ts'

/** A two-sided confidence interval. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/**
 * Wilson's score interval for a proportion (Wilson 1927; Newcombe 1998, method 3). Without trials it is [0, 1].
 */
export const wilsonInterval = (successes: number, trials: number, level = 0.95): Interval => {
  if (trials === 0) return { low: 0, high: 1 }
  const z2 = criticalValue(level) ** 2
  const rate = successes / trials
  const centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials)
  const spread = rate * (1 - rate) * (z2 / trials) + (z2 / trials) ** 2 / 4
  const half = Math.sqrt(spread) / (1 + z2 / trials)
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === trials ? 1 : Math.min(1, centre + half),
  }
}

/** How many of how many. */
export interface Share {
  readonly successes: number
  readonly trials: number
}

/**
 * The pooled two-proportion z test of left − right, two-sided. Where both are all or nothing alike, or one has no
 * trials, nothing speaks for a difference: z 0, p 1.
 */
export const twoProportionZ = (left: Share, right: Share): { z: number; pValue: number } => {
  const trials = left.trials + right.trials
  const pooled = (left.successes + right.successes) / trials
  const variance = pooled * (1 - pooled) * (1 / left.trials + 1 / right.trials)
  if (!(variance > 0 && Number.isFinite(variance))) return { z: 0, pValue: 1 }
  const z = (left.successes / left.trials - right.successes / right.trials) / Math.sqrt(variance)
  return { z, pValue: Math.min(1, 2 * normalCdf(-Math.abs(z))) }
}
