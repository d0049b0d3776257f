/** Longest part of a text that is compared, in UTF-16 code units. */
const comparedCharactersMax = 8000
const shingleWords = 3
const bins = 64
const bandRows = 4
/** Most texts of a bucket that a new one is compared with. */
const bucketMax = 8

/** A text as its set of shingle hashes, sorted, and its signature. */
interface Sketch {
  readonly shingles: Uint32Array
  readonly signature: Uint32Array
}

/** FNV-1a over UTF-16 code units, finished with MurmurHash3's mixer so that all bits are usable. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

const shinglesOf = (text: string): Uint32Array => {
  const words =
    text
      .slice(0, comparedCharactersMax)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  const last = Math.max(0, words.length - shingleWords)
  const hashes = new Set<number>()
  for (let from = 0; from <= last; from += 1) {
    hashes.add(hashOf(words.slice(from, from + shingleWords).join(' ')))
  }
  return Uint32Array.from(hashes).sort()
}

/**
 * One-permutation MinHash with empty bins filled from the next full one to the right (Li, Owen, Zhang 2012; Shrivastava
 * and Li 2014): one hash a shingle instead of one a shingle and bin.
 */
const signatureOf = (shingles: Uint32Array): Uint32Array => {
  const least = new Float64Array(bins).fill(Number.POSITIVE_INFINITY)
  for (const shingle of shingles) {
    const bin = shingle % bins
    least[bin] = Math.min(least[bin] ?? 0, Math.floor(shingle / bins))
  }
  const signature = new Uint32Array(bins)
  for (let bin = 0; bin < bins; bin += 1) {
    let steps = 0
    while (steps < bins && !Number.isFinite(least[(bin + steps) % bins])) steps += 1
    const found = least[(bin + steps) % bins] ?? 0
    signature[bin] = Math.imul(steps, 0x9e3779b1) + (Number.isFinite(found) ? found : 0)
  }
  return signature
}

/** Jaccard likeness of two sorted sets, 0 to 1. */
const likenessOf = (left: Uint32Array, right: Uint32Array): number => {
  let shared = 0
  for (let at = 0, other = 0; at < left.length && other < right.length; ) {
    const [here = 0, there = 0] = [left[at], right[other]]
    if (here === there) shared += 1
    if (here <= there) at += 1
    if (there <= here) other += 1
  }
  const union = left.length + right.length - shared
  return union === 0 ? 1 : shared / union
}

const bandKeys = (signature: Uint32Array): readonly string[] =>
  Array.from({ length: bins / bandRows }, (_, band) => {
    const rows = signature.subarray(band * bandRows, (band + 1) * bandRows)
    return `${band}/${rows.join('/')}`
  })

/**
 * Pairs of texts whose shingle sets are at least `likenessMin` alike (Jaccard over 3-word shingles, computed exactly for
 * the candidates of 16 bands of 4 rows: a pair at 0.8 is a candidate with a chance above 0.999). Enough pairs to
 * connect each cluster, not all of them; a text is compared with at most 8 of a bucket. Same order, same pairs.
 */
export const likePairs = (
  texts: readonly string[],
  likenessMin: number,
): readonly (readonly [number, number])[] => {
  const buckets = new Map<string, number[]>()
  const sketches: Sketch[] = []
  const pairs: (readonly [number, number])[] = []
  for (const [index, text] of texts.entries()) {
    const shingles = shinglesOf(text)
    const sketch = { shingles, signature: signatureOf(shingles) }
    sketches.push(sketch)
    const keys = bandKeys(sketch.signature)
    const candidates = new Set(keys.flatMap((key) => buckets.get(key) ?? []))
    const alike = [...candidates].filter((other) => {
      const { shingles: others = shingles } = sketches[other] ?? {}
      return likenessOf(shingles, others) >= likenessMin
    })
    pairs.push(...alike.map((other) => [other, index] as const))
    if (alike.length > 0) continue
    for (const key of keys) {
      const bucket = buckets.get(key) ?? []
      if (bucket.length < bucketMax) buckets.set(key, [...bucket, index])
    }
  }
  return pairs
}
