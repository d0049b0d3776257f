import { boilerplate, nearIndex, normalised, type Sketch, shingler, sketcher } from '#kit'

/** Share of the texts that makes a shingle part of a template. */
const templateShare = 1 / 4
const scope = [0, 0] as const
/** A pair at .8 meets with a chance above .99999, at .5 of .8. */
const banding = { bands: 52, rows: 5, comparedMax: 256 }
/** The estimate of a pair errs by .025 (one standard deviation) at .8: so much below the bar is looked at exactly. */
const estimateRoom = 0.1

/** Indices of two texts. */
export type Pair = readonly [number, number]

const plainOf = (text: string): string =>
  normalised(text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' '))

/** Texts as sketches without their template; one that has nothing else has none. */
const readTexts = (texts: readonly string[], seed: number) => {
  const plain = texts.map(plainOf)
  const shingles = shingler(seed)
  const { sketchOf } = sketcher()
  const family = boilerplate(templateShare)
  for (const text of plain) family.see(shingles.hashesOf(text))
  const sketches = plain.map((text) => sketchOf(shingles.hashesOf(text), { common: family.slots }))
  const ownOf = (index: number): ReadonlySet<number> =>
    new Set(shingles.hashesOf(plain[index] ?? '').filter((hash) => !family.isCommon(hash)))
  return { plain, sketches, ownOf }
}

const equalPairs = (
  plain: readonly string[],
  sketches: readonly (Sketch | undefined)[],
): readonly Pair[] => {
  const firsts = new Map<string, number>()
  return plain.flatMap((text, index) => {
    if (sketches[index] !== undefined) return []
    const first = firsts.get(text)
    if (first === undefined) firsts.set(text, index)
    return first === undefined ? [] : [[first, index] as const]
  })
}

const metPairs = (
  sketches: readonly (Sketch | undefined)[],
  likenessMin: number,
): readonly Pair[] => {
  const index = nearIndex<number>({ ...banding, entriesMax: Math.max(1, sketches.length) })
  return sketches.flatMap((sketch, at) => {
    if (sketch === undefined) return []
    const pairs = index.all(sketch, scope, likenessMin).map(({ payload }) => [payload, at] as const)
    index.add(sketch, scope, at)
    return pairs
  })
}

/**
 * Pairs of texts that are at least `likenessMin` alike by their sketches (see the kit's `near`), case and punctuation
 * aside; texts that are all template where they are equal. Of more than 256 candidates of a text the newest count. Same
 * order, same pairs.
 */
export const likePairs = (texts: readonly string[], likenessMin: number): readonly Pair[] => {
  const { plain, sketches } = readTexts(texts, 0)
  return [...equalPairs(plain, sketches), ...metPairs(sketches, likenessMin)]
}

const jaccard = (left: ReadonlySet<number>, right: ReadonlySet<number>): number => {
  const shared = [...left].filter((hash) => right.has(hash)).length
  const union = left.size + right.size - shared
  return union === 0 ? 1 : shared / union
}

/**
 * Pairs of near-identical texts that stand apart: the check on `likePairs`, by hashes of another seed and exact Jaccard
 * likeness.
 */
export const pairsApart = (
  texts: readonly string[],
  places: readonly string[],
  likenessMin: number,
): readonly Pair[] => {
  const { plain, sketches, ownOf } = readTexts(texts, 0x5eed)
  const isApart = ([left, right]: Pair): boolean => places[left] !== places[right]
  const equal = equalPairs(plain, sketches).filter(isApart)
  const met = metPairs(sketches, likenessMin - estimateRoom).filter(isApart)
  const near = met.filter(([left, right]) => jaccard(ownOf(left), ownOf(right)) >= likenessMin)
  return [...equal, ...near]
}
