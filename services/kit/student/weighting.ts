import type { SparseCounts } from './features.ts'

/** The hash places that a model knows, and the row of each. */
export interface Rows {
  /** Ascending hash places by row. */
  readonly places: Int32Array
  /** Row by hash place; −1 where the model has none. */
  readonly rowOf: Int32Array
}

/** The rows of known places, among `size` hash places. */
export const rowsOfPlaces = (places: Int32Array, size: number): Rows => {
  const rowOf = new Int32Array(size).fill(-1)
  for (const [row, place] of places.entries()) rowOf[place] = row
  return { places, rowOf }
}

/** In how many texts each place occurs. */
const holdersOf = (texts: Iterable<SparseCounts>, size: number): Int32Array => {
  const holders = new Int32Array(size)
  for (const { places } of texts)
    for (const place of places) holders[place] = (holders[place] ?? 0) + 1
  return holders
}

/** Rows for the places that at least `textsMin` of the texts have. */
export const commonRows = (
  texts: readonly SparseCounts[],
  size: number,
  textsMin: number,
): Rows => {
  const holders = holdersOf(texts, size)
  const places = Int32Array.from(holders.keys()).filter(
    (place) => (holders[place] ?? 0) >= textsMin,
  )
  return rowsOfPlaces(places, size)
}

/** The features that have a row, their places replaced by rows. */
export const inRows = (text: SparseCounts, { rowOf }: Rows): SparseCounts => {
  const places = new Int32Array(text.places.length)
  const counts = new Int8Array(text.places.length)
  let kept = 0
  let words = 0
  for (let at = 0; at < text.places.length; at++) {
    const row = rowOf[text.places[at] ?? 0] ?? -1
    if (row < 0) continue
    if (at < text.words) words++
    places[kept] = row
    counts[kept++] = text.counts[at] ?? 0
  }
  return { places: places.slice(0, kept), counts: counts.slice(0, kept), words }
}

/** Inverse document frequency by place, smoothed as if one text more had every feature: ln((1 + n) / (1 + df)) + 1. */
export const inverseFrequencies = (texts: readonly SparseCounts[], size: number): Float32Array =>
  Float32Array.from(holdersOf(texts, size), (count) =>
    count === 0 ? 0 : Math.log((1 + texts.length) / (1 + count)) + 1,
  )

/** Sublinear term frequency by signed count: sign · (1 + ln |count|), at index count + 128. */
const termWeights = Float32Array.from({ length: 256 }, (_, index) => {
  const count = index - 128
  return count === 0 ? 0 : Math.sign(count) * (1 + Math.log(Math.abs(count)))
})

const scaleRange = (values: Float32Array, from: number, to: number): void => {
  let squares = 0
  for (let at = from; at < to; at++) squares += (values[at] ?? 0) ** 2
  const scale = squares > 0 ? Math.sqrt(0.5 / squares) : 0
  for (let at = from; at < to; at++) values[at] = (values[at] ?? 0) * scale
}

/**
 * The values of a text's features: sublinear count × inverse document frequency. Words and characters are each brought
 * to the length √½, so that the many runs of characters don't drown the words.
 */
export const weigh = (
  { places, counts, words }: SparseCounts,
  rarity: Float32Array,
): Float32Array => {
  const values = new Float32Array(places.length)
  for (let at = 0; at < places.length; at++)
    values[at] = (termWeights[(counts[at] ?? 0) + 128] ?? 0) * (rarity[places[at] ?? 0] ?? 0)
  scaleRange(values, 0, words)
  scaleRange(values, words, values.length)
  return values
}
