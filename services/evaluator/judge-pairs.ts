import { countPairs, tangoInterval, wilsonInterval } from '#kit'
import type { Metric } from '#schemas'

/** What a model answered to one test example. */
export interface Answer {
  readonly label: string
  /** True where a cascade asked the production model instead. */
  readonly asked: boolean
}

/** One test example with everybody's answer. */
export interface Pair {
  /** The right choice: a person's where there is one, else the production model's. */
  readonly label: string
  readonly source: string
  readonly candidate: Answer
  readonly champion: Answer
}

const metricOf = (
  name: string,
  slice: string,
  candidate: readonly boolean[],
  champion: readonly boolean[],
): Metric => {
  const counts = countPairs(candidate, champion)
  const share = (right: readonly boolean[]) => right.filter(Boolean).length / right.length
  return {
    name,
    slice,
    pairs: counts.pairs,
    candidate: share(candidate),
    champion: share(champion),
    ...tangoInterval(counts),
    method: 'Tango score',
  }
}

/** Fewer pairs than this name no worst slice: chance would. */
const slicePairsMin = 20

const slicesOf = (pairs: readonly Pair[]): readonly (readonly [string, readonly Pair[]])[] => {
  const labels = [...new Set(pairs.map(({ label }) => label))].sort()
  return labels
    .map((label) => [`label ${label}`, pairs.filter((pair) => pair.label === label)] as const)
    .filter(([, members]) => members.length >= slicePairsMin)
}

const accuracyOf = (slice: string, pairs: readonly Pair[]): Metric =>
  metricOf(
    'accuracy',
    slice,
    pairs.map(({ candidate, label }) => candidate.label === label),
    pairs.map(({ champion, label }) => champion.label === label),
  )

/**
 * Scores over the pairs: `accuracy` against the champion, whole and by label; `production-accuracy` against the production
 * model, which is right wherever its own answer is the reference; `agreement` on the pairs that the production model answered;
 * `human-accuracy` on those that a person labelled. Differences carry Tango's 95% interval. No pairs, no metrics.
 */
export const scorePairs = (pairs: readonly Pair[]): readonly Metric[] => {
  if (pairs.length === 0) return []
  const right = ({ candidate, label }: Pair) => candidate.label === label
  const ofSource = (name: string, source: string): Metric[] => {
    const members = pairs.filter((pair) => pair.source === source)
    if (members.length === 0) return []
    const champion = members.map((pair) => pair.champion.label === pair.label)
    return [metricOf(name, 'all', members.map(right), champion)]
  }
  const always = pairs.map(() => true)
  return [
    accuracyOf('all', pairs),
    metricOf('production-accuracy', 'all', pairs.map(right), always),
    ...ofSource('agreement', 'production'),
    ...ofSource('human-accuracy', 'human'),
    ...slicesOf(pairs).map(([slice, members]) => accuracyOf(slice, members)),
  ]
}

/** The slice in which the candidate is right least often, with the interval of its accuracy (Wilson). */
export const worstSliceOf = (pairs: readonly Pair[]): string => {
  const slices = slicesOf(pairs).map(([slice, members]) => {
    const right = members.filter(({ candidate, label }) => candidate.label === label).length
    return { slice, right, count: members.length, share: right / members.length }
  })
  const [worst] = slices.toSorted((a, b) => a.share - b.share)
  if (worst === undefined) return 'all'
  const { low, high } = wilsonInterval(worst.right, worst.count)
  const percent = (share: number) => `${(share * 100).toFixed(1)}%`
  return `${worst.slice}: ${percent(worst.share)} [${percent(low)}, ${percent(high)}] of ${worst.count}`
}

/** Counts by right label and candidate's label. Labels come from strangers: each is a key of its own, `__proto__` too. */
export const confusionOf = (
  pairs: readonly Pair[],
): Readonly<Record<string, Readonly<Record<string, number>>>> => {
  const rows = Map.groupBy(pairs, ({ label }) => label)
  const countsOf = (members: readonly Pair[]) =>
    [...Map.groupBy(members, ({ candidate }) => candidate.label)].map(
      ([label, { length }]) => [label, length] as const,
    )
  return Object.fromEntries(
    [...rows].map(([label, members]) => [label, Object.fromEntries(countsOf(members))]),
  )
}
