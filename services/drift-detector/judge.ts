import { chiSquarePValue, populationStability, twoProportionZ } from '#kit'

/** How often a bin or category was seen in both windows. */
export interface BinCount {
  readonly bin: string
  readonly reference: number
  readonly current: number
}

/** Right answers among those whose truth is known. */
export interface Accuracy {
  readonly right: number
  readonly known: number
}

/** When a difference is drift. */
export interface Thresholds {
  /** Population stability index at and above which a shift is a major one (Siddiqi 2006: .25). */
  readonly stabilityMin: number
  /** Chance of so large a difference without drift, shared over all features (Bonferroni). */
  readonly significance: number
  /** Fewer records in either window tell nothing. */
  readonly recordsMin: number
  /** Fall of accuracy at and above which it counts, 0 to 1. */
  readonly accuracyFallMin: number
}

/** The word on one feature. */
export interface Judgement {
  readonly feature: string
  readonly verdict: 'drifted' | 'stable' | 'could not tell'
  readonly statistic: string
  readonly value: number
  readonly threshold: number
  readonly pValue: number | null
  readonly referenceCount: number
  readonly windowCount: number
  readonly bins: readonly BinCount[]
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

const chiSquare = (bins: readonly BinCount[]): number => {
  const reference = sum(bins.map((bin) => bin.reference))
  const current = sum(bins.map((bin) => bin.current))
  const total = reference + current
  const statistic = sum(
    bins.map((bin) => {
      const both = bin.reference + bin.current
      const expected = (both * reference) / total
      const other = (both * current) / total
      return (bin.reference - expected) ** 2 / expected + (bin.current - other) ** 2 / other
    }),
  )
  return chiSquarePValue(statistic, Math.max(1, bins.length - 1))
}

/**
 * One feature's population stability: drifted only when the index is large and the chi-square test says that it is no
 * accident of `features` looks; with too few records neither is asked.
 */
export const judgeFeature = (
  feature: string,
  bins: readonly BinCount[],
  features: number,
  { stabilityMin, significance, recordsMin }: Thresholds,
): Judgement => {
  const referenceCount = sum(bins.map(({ reference }) => reference))
  const windowCount = sum(bins.map(({ current }) => current))
  const known = {
    feature,
    statistic: 'PSI',
    threshold: stabilityMin,
    referenceCount,
    windowCount,
    bins,
  }
  if (Math.min(referenceCount, windowCount) < recordsMin)
    return { ...known, verdict: 'could not tell', value: 0, pValue: null }
  const value = populationStability(
    bins.map(({ reference }) => reference),
    bins.map(({ current }) => current),
  )
  const pValue = bins.length < 2 ? 1 : chiSquare(bins)
  const drifted = value >= stabilityMin && pValue < significance / features
  return { ...known, verdict: drifted ? 'drifted' : 'stable', value, pValue }
}

/** The student's accuracy where the truth came later, against what it had on examples it had not seen. */
export const judgeAccuracy = (
  reference: Accuracy,
  current: Accuracy,
  features: number,
  { significance, recordsMin, accuracyFallMin }: Thresholds,
): Judgement => {
  const bins = [
    { bin: 'right', reference: reference.right, current: current.right },
    {
      bin: 'wrong',
      reference: reference.known - reference.right,
      current: current.known - current.right,
    },
  ]
  const known = {
    feature: 'student-accuracy',
    statistic: 'fall of accuracy',
    threshold: accuracyFallMin,
    referenceCount: reference.known,
    windowCount: current.known,
    bins,
  }
  if (Math.min(reference.known, current.known) < recordsMin)
    return { ...known, verdict: 'could not tell', value: 0, pValue: null }
  const value = reference.right / reference.known - current.right / current.known
  const { pValue } = twoProportionZ(
    { successes: reference.right, trials: reference.known },
    { successes: current.right, trials: current.known },
  )
  const drifted = value >= accuracyFallMin && pValue < significance / features
  return { ...known, verdict: drifted ? 'drifted' : 'stable', value, pValue }
}
