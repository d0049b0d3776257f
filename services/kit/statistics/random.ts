import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** A stream of random numbers that its seed decides wholly; reading it moves it on. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  unit(): number
  /** A uniform integer in [0, count). */
  below(count: number): number
}

/** A stream from a 32-bit integer seed (xoroshiro128+, Blackman and Vigna 2018). Throws `RangeError` for other seeds. */
export const seededRandom = (seed: number): Random => {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`A seed is an integer, not ${seed}`)
  const generator = xoroshiro128plus(seed)
  return {
    unit: () => uniformFloat64(generator),
    below: (count) => {
      if (!Number.isSafeInteger(count) || count < 1)
        throw new RangeError(`Nothing to choose from: ${count}`)
      return uniformInt(generator, 0, count - 1)
    },
  }
}

interface Swappable {
  readonly length: number
  [index: number]: number
}

/** Shuffles indexes or other numbers in place (Fisher and Yates; Durstenfeld 1964) and returns them. */
export const shuffleInPlace = <T extends Swappable>(numbers: T, random: Random): T => {
  for (let last = numbers.length - 1; last > 0; last--) {
    const chosen = random.below(last + 1)
    const kept = numbers[last] ?? 0
    numbers[last] = numbers[chosen] ?? 0
    numbers[chosen] = kept
  }
  return numbers
}

/** The items in random order; the list given stays as it is. */
export const shuffled = <T>(items: readonly T[], random: Random): T[] => {
  const order = shuffleInPlace(
    items.map((_, index) => index),
    random,
  )
  return order.flatMap((index) => items.slice(index, index + 1))
}

interface Member {
  readonly indexes: number[]
  readonly byLabel: Map<string, number>
}

const membersOf = (groups: readonly string[], labels: readonly string[]): Member[] => {
  const members = new Map<string, Member>()
  for (const [index, group] of groups.entries()) {
    const member: Member = members.get(group) ?? { indexes: [], byLabel: new Map() }
    members.set(group, member)
    const label = labels[index] ?? ''
    member.indexes.push(index)
    member.byLabel.set(label, (member.byLabel.get(label) ?? 0) + 1)
  }
  return [...members.values()]
}

/**
 * Deals records into folds of about equal size. Records of one group always share a fold; labels are spread
 * as evenly as whole groups allow (the larger groups go first, each to the fold that has fewest of its labels).
 * `groups` and `labels` have one entry a record. Returns the fold of each record, 0 to foldCount − 1.
 */
export const dealFolds = (
  groups: readonly string[],
  labels: readonly string[],
  foldCount: number,
  random: Random,
): Uint16Array => {
  const folds = new Uint16Array(groups.length)
  const sizes = Array.from<number>({ length: foldCount }).fill(0)
  const held = Array.from({ length: foldCount }, () => new Map<string, number>())
  const members = shuffled(membersOf(groups, labels), random)
  members.sort((left, right) => right.indexes.length - left.indexes.length)
  for (const { indexes, byLabel } of members) {
    const crowding = (fold: number): number => {
      let crowd = 0
      for (const [label, count] of byLabel) crowd += count * (held[fold]?.get(label) ?? 0)
      return crowd
    }
    const ranked = sizes.map((size, fold) => ({ fold, size, crowd: crowding(fold) }))
    ranked.sort((left, right) => left.crowd - right.crowd || left.size - right.size)
    const fold = ranked[0]?.fold ?? 0
    sizes[fold] = (sizes[fold] ?? 0) + indexes.length
    for (const [label, count] of byLabel)
      held[fold]?.set(label, (held[fold]?.get(label) ?? 0) + count)
    for (const index of indexes) folds[index] = fold
  }
  return folds
}

/**
 * Splits records in two with no group on both sides. `heldBackShare` (0 to 1) of the records, as nearly as whole
 * groups allow, is held back. Returns true for each record that is held back.
 */
export const splitByGroup = (
  groups: readonly string[],
  heldBackShare: number,
  random: Random,
): readonly boolean[] => {
  const wanted = Math.round(groups.length * heldBackShare)
  const heldBack = groups.map(() => false)
  let count = 0
  for (const { indexes } of shuffled(membersOf(groups, []), random)) {
    if (count + indexes.length > wanted) continue
    count += indexes.length
    for (const index of indexes) heldBack[index] = true
  }
  return heldBack
}
