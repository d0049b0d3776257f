import type { FeatureCounter } from './features.ts'

/** Counted features of texts, one after the other: what training needs of the examples, in flat memory. */
export interface CountedTexts {
  readonly size: number
  /** Where each text's features begin in `rows`; one entry more than texts. */
  readonly starts: Float64Array
  /** Where each text's features of characters begin, those of words before. */
  readonly middles: Float64Array
  /** The row of each feature: an index into `buckets`. */
  readonly rows: Int32Array
  /** The signed count of each feature, within ±127. */
  readonly counts: Int8Array
  /** The hash bucket of each row, ascending. */
  readonly buckets: Int32Array
}

class Growing {
  buckets = new Int32Array(1 << 16)
  counts = new Int8Array(1 << 16)
  length = 0

  push(bucket: number, count: number): void {
    if (this.length === this.buckets.length) {
      const [buckets, counts] = [this.buckets, this.counts]
      this.buckets = new Int32Array(2 * buckets.length)
      this.buckets.set(buckets)
      this.counts = new Int8Array(2 * counts.length)
      this.counts.set(counts)
    }
    this.buckets[this.length] = bucket
    this.counts[this.length++] = count
  }
}

/** Gives the buckets that enough texts have a row each, in ascending order; −1 to the others. */
const rowsOf = (texts: Int32Array, textsMin: number): { rowOf: Int32Array; buckets: Int32Array } => {
  const rowOf = new Int32Array(texts.length).fill(-1)
  const buckets: number[] = []
  for (let bucket = 0; bucket < texts.length; bucket++) {
    if ((texts[bucket] ?? 0) < textsMin) continue
    rowOf[bucket] = buckets.length
    buckets.push(bucket)
  }
  return { rowOf, buckets: Int32Array.from(buckets) }
}

/** Counts every text and drops features that fewer than `textsMin` texts have. */
export const countTexts = (
  texts: readonly string[],
  counter: FeatureCounter,
  textsMin: number,
  onText: (done: number) => void = () => {},
): CountedTexts => {
  const all = new Growing()
  const starts = new Float64Array(texts.length + 1)
  const middles = new Float64Array(texts.length)
  const holders = new Int32Array(counter.size)
  for (const [index, text] of texts.entries()) {
    const { distinct, words } = counter.count(text)
    for (let at = 0; at < distinct; at++) {
      if (at === words) middles[index] = all.length
      const bucket = counter.buckets[at] ?? 0
      const count = counter.counts[bucket] ?? 0
      if (count === 0) continue
      holders[bucket] = (holders[bucket] ?? 0) + 1
      all.push(bucket, Math.max(-127, Math.min(127, count)))
    }
    if (words === distinct) middles[index] = all.length
    starts[index + 1] = all.length
    onText(index + 1)
  }
  return compact(all, { starts, middles }, rowsOf(holders, textsMin), texts.length)
}

const compact = (
  all: Growing,
  { starts, middles }: { starts: Float64Array; middles: Float64Array },
  { rowOf, buckets }: { rowOf: Int32Array; buckets: Int32Array },
  size: number,
): CountedTexts => {
  let kept = 0
  for (let text = 0; text < size; text++) {
    const [from, middle, to] = [starts[text] ?? 0, middles[text] ?? 0, starts[text + 1] ?? 0]
    starts[text] = kept
    for (let at = from; at < to; at++) {
      if (at === middle) middles[text] = kept
      const row = rowOf[all.buckets[at] ?? 0] ?? -1
      if (row < 0) continue
      all.buckets[kept] = row
      all.counts[kept++] = all.counts[at] ?? 0
    }
    if (middle === to) middles[text] = kept
  }
  starts[size] = kept
  return {
    size,
    starts,
    middles,
    rows: all.buckets.slice(0, kept),
    counts: all.counts.slice(0, kept),
    buckets,
  }
}
