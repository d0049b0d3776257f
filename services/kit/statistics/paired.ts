import { binomialCdf, criticalValue } from './distributions.ts'
import type { Interval } from './proportions.ts'

/** Outcomes of two models on the same records: where only one of them was right, and how many records there were. */
export interface PairCounts {
  /** Only the candidate was right. */
  readonly wins: number
  /** Only the champion was right. */
  readonly losses: number
  /** All records, those where both were right or both wrong included. */
  readonly pairs: number
}

/** Counts the pairs; the two lists have one entry a record, true where that model was right. */
export const countPairs = (
  candidate: readonly boolean[],
  champion: readonly boolean[],
): PairCounts => {
  if (candidate.length !== champion.length)
    throw new RangeError(`Not pairs: ${candidate.length} and ${champion.length} outcomes`)
  let wins = 0
  let losses = 0
  for (const [index, right] of candidate.entries()) {
    if (right === champion[index]) continue
    if (right) wins++
    else losses++
  }
  return { wins, losses, pairs: candidate.length }
}

/**
 * Tango's score statistic: how many standard errors the observed difference of rates (candidate − champion) stands
 * above `difference`, the variance taken at the most likely rates under that difference (Tango 1998, equations 8–10).
 */
export const tangoScore = ({ wins, losses, pairs }: PairCounts, difference: number): number => {
  const observed = wins - losses - pairs * difference
  const b = -wins - losses + (2 * pairs - wins + losses) * difference
  const c = -losses * difference * (1 - difference)
  const root = Math.sqrt(Math.max(0, b * b - 8 * pairs * c))
  // Where b > 0 the two nearly cancel: the quadratic's other form keeps the digits.
  const onlyChampion = b > 0 ? (-2 * c) / (root + b) : (root - b) / (4 * pairs)
  const variance = pairs * (2 * onlyChampion + difference * (1 - difference))
  if (variance > 0) return observed / Math.sqrt(variance)
  return observed === 0 ? 0 : Math.sign(observed) * Infinity
}

/** The point within [low, high] at which a falling function passes zero, to the last bits. */
const bisect = (low: number, high: number, isAbove: (x: number) => boolean): number => {
  let [left, right] = [low, high]
  for (let step = 0; step < 60; step++) {
    const middle = (left + right) / 2
    if (isAbove(middle)) left = middle
    else right = middle
  }
  return (left + right) / 2
}

/** The difference of two paired rates, candidate − champion, with its interval. */
export interface PairedDifference extends Interval {
  readonly difference: number
  readonly level: number
}

/**
 * The difference of two paired proportions with Tango's asymptotic score interval (Tango, Statistics in Medicine 17,
 * 1998, 891–908). It keeps its width where no pair is discordant. Throws `RangeError` without pairs or on counts
 * that can't be.
 */
export const tangoInterval = (counts: PairCounts, level = 0.95): PairedDifference => {
  const { wins, losses, pairs } = counts
  if (!(pairs > 0 && wins >= 0 && losses >= 0 && wins + losses <= pairs))
    throw new RangeError(`No such pairs: ${wins} won, ${losses} lost, of ${pairs}`)
  const difference = (wins - losses) / pairs
  const z = criticalValue(level)
  const low = losses === pairs ? -1 : bisect(-1, difference, (at) => tangoScore(counts, at) > z)
  const high = wins === pairs ? 1 : bisect(difference, 1, (at) => tangoScore(counts, at) > -z)
  return { difference, level, low, high }
}

/** Whether the lower end of Tango's interval lies above −margin: the candidate is not worse by more than it. */
export const isNotInferior = (counts: PairCounts, margin: number, level = 0.95): boolean =>
  tangoScore(counts, -margin) > criticalValue(level)

/**
 * McNemar's exact test (the binomial form; McNemar 1947): the two-sided p-value that wins and losses of a paired
 * comparison differ by chance alone. 1 without discordant pairs.
 */
export const mcnemarExact = (wins: number, losses: number): number =>
  Math.min(1, 2 * binomialCdf(Math.min(wins, losses), wins + losses, 0.5))
