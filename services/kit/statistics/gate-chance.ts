import { betaBinomialCdf, binomialCdf, binomialPmf } from './distributions.ts'
import { isNotInferior } from './paired.ts'

/** A non-inferiority gate: the lower end of the interval must lie above −margin. */
export interface NonInferiorityGate {
  /** Pairs in the test to come. */
  readonly pairs: number
  /** Most that the candidate may be worse, as a share of 1. */
  readonly margin: number
  /** Level of the two-sided interval, usually .95. */
  readonly level: number
}

/** The most losses with which `wins` wins still pass the gate; −1 where not even none does. */
export const mostLossesPassing = (
  wins: number,
  { pairs, margin, level }: NonInferiorityGate,
): number => {
  const passes = (losses: number): boolean => isNotInferior({ wins, losses, pairs }, margin, level)
  let [passing, failing] = [-1, pairs - wins + 1]
  while (failing - passing > 1) {
    const middle = (passing + failing) >> 1
    if (passes(middle)) passing = middle
    else failing = middle
  }
  return passing
}

/** Wins rarer than this add nothing to the chance. */
const negligible = 1e-13

/**
 * The chance that a candidate passes the gate whose true rates of wins (only it is right) and losses (only the
 * champion is right) are these: the trinomial over all outcomes of the test, each judged by Tango's score interval.
 */
export const probabilityOfPassing = (
  rates: { readonly lossesRate: number; readonly winsRate: number } & NonInferiorityGate,
): number => {
  const { lossesRate, winsRate, pairs } = rates
  if (!(lossesRate >= 0 && winsRate >= 0 && lossesRate + winsRate <= 1))
    throw new RangeError(`No such rates: ${lossesRate} lost, ${winsRate} won`)
  const lossAmongRest = winsRate < 1 ? Math.min(1, lossesRate / (1 - winsRate)) : 0
  let chance = 0
  for (let wins = 0; wins <= pairs; wins++) {
    const weight = binomialPmf(wins, pairs, winsRate)
    if (weight < negligible) {
      if (wins > pairs * winsRate) break
      continue
    }
    chance += weight * binomialCdf(mostLossesPassing(wins, rates), pairs - wins, lossAmongRest)
  }
  return Math.min(1, chance)
}

/**
 * The chance that a candidate passes the gate without a win, where its rate of losses was learnt by stopping a ranked
 * sample of `sampled` records short of its next loss, after `losses` of them. The true rate below a sample's
 * (losses + 1)th order statistic follows Beta(losses + 1, sampled − losses) whatever the distribution (Wilks 1941,
 * tolerance limits), so the test's losses are beta-binomial. It pays for the choice of the stopping point too.
 */
export const probabilityOfPassingAfter = (
  losses: number,
  sampled: number,
  gate: NonInferiorityGate,
): number => betaBinomialCdf(mostLossesPassing(0, gate), gate.pairs, losses + 1, sampled - losses)
