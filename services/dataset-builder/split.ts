import { digest } from '#kit'

/** The splits of a dataset. */
export const splits = ['train', 'validation', 'test'] as const
/** One of them. */
export type Split = (typeof splits)[number]

/** An example as a split sees it. */
export interface Splittable {
  readonly group: string
  readonly label: string
}

/** How much is held back. */
export interface Shares {
  /** Share of all examples, 0 to 1. */
  readonly testShare: number
  /** Share of the rest, 0 to 1. */
  readonly validationShare: number
}

interface Group {
  readonly name: string
  readonly label: string
  readonly size: number
}

const commonest = (labels: readonly string[]): string => {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  const ranked = [...counts].sort(
    ([one, left], [two, right]) => right - left || (one < two ? -1 : 1),
  )
  return ranked[0]?.[0] ?? ''
}

const strataOf = (examples: readonly Splittable[]): readonly (readonly Group[])[] => {
  const members = Map.groupBy(examples, ({ group }) => group)
  const groups = [...members].map(([name, those]) => ({
    name,
    label: commonest(those.map(({ label }) => label)),
    size: those.length,
  }))
  return [...Map.groupBy(groups, ({ label }) => label).values()]
}

/**
 * Gives each group a split. Within each label the groups stand in the order of a digest of seed and name, and the split is
 * where the middle of the group falls: first the test share, then validation, then train. So every label has its
 * shares to within its largest group, a rare label goes to train, and an example keeps its split from version to
 * version unless it stands at an edge: the test split of the next version is not what the champion learned from.
 */
export const splitOf = (
  examples: readonly Splittable[],
  shares: Shares,
  seed: number,
): ReadonlyMap<string, Split> => {
  const testEnd = shares.testShare
  const validationEnd = testEnd + (1 - testEnd) * shares.validationShare
  const assigned = new Map<string, Split>()
  for (const groups of strataOf(examples)) {
    const total = groups.reduce((sum, { size }) => sum + size, 0)
    const ranked = groups
      .map((group) => ({ ...group, rank: digest('split', String(seed), group.name) }))
      .sort((left, right) => (left.rank < right.rank ? -1 : 1))
    let before = 0
    for (const { name, size } of ranked) {
      const middle = (before + size / 2) / total
      assigned.set(
        name,
        middle < testEnd ? 'test' : middle < validationEnd ? 'validation' : 'train',
      )
      before += size
    }
  }
  return assigned
}

/** The first value that stands in two splits, or undefined: the last check before a version is published. */
export const leakOf = (
  placed: readonly { readonly split: Split; readonly keys: readonly string[] }[],
): string | undefined => {
  const homes = new Map<string, Split>()
  for (const { split, keys } of placed) {
    for (const key of keys) {
      if ((homes.get(key) ?? split) !== split) return key
      homes.set(key, split)
    }
  }
  return undefined
}
