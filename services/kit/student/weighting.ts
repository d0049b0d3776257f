import type { CountedTexts } from './texts.ts'

/** Sublinear term frequency by signed count: sign · (1 + ln |count|), at index count + 128. */
export const termWeights: Float32Array = Float32Array.from({ length: 256 }, (_, index) => {
  const count = index - 128
  return count === 0 ? 0 : Math.sign(count) * (1 + Math.log(Math.abs(count)))
})

/** How features weigh: their inverse document frequency, and what brings each text to length one. */
export interface Weighting {
  /** By row; 0 for a feature that too few of the texts learnt from have. */
  readonly idf: Float32Array
  /** By text: the factor of its words and of its characters. Each half has the length √½, an empty one 0. */
  readonly wordScales: Float32Array
  readonly gramScales: Float32Array
}

/** Inverse document frequency, smoothed as if one text more had every feature: ln((1 + n) / (1 + df)) + 1. */
const idfOf = (texts: CountedTexts, members: Int32Array, textsMin: number): Float32Array => {
  const holders = new Int32Array(texts.buckets.length)
  for (const member of members) {
    const to = texts.starts[member + 1] ?? 0
    for (let at = texts.starts[member] ?? 0; at < to; at++) {
      const row = texts.rows[at] ?? 0
      holders[row] = (holders[row] ?? 0) + 1
    }
  }
  return Float32Array.from(holders, (count) =>
    count < textsMin ? 0 : Math.log((1 + members.length) / (1 + count)) + 1,
  )
}

/** The factor that brings the square of a half's length to one half. */
export const scaleOf = (squares: number): number => (squares > 0 ? Math.sqrt(0.5 / squares) : 0)

/** Learns the weighting from the texts of `members` and applies it to all texts. */
export const weigh = (texts: CountedTexts, members: Int32Array, textsMin: number): Weighting => {
  const idf = idfOf(texts, members, Math.min(textsMin, members.length))
  const squaresOf = (from: number, to: number): number => {
    let squares = 0
    for (let at = from; at < to; at++) {
      const weight = (termWeights[(texts.counts[at] ?? 0) + 128] ?? 0) * (idf[texts.rows[at] ?? 0] ?? 0)
      squares += weight * weight
    }
    return squares
  }
  const wordScales = new Float32Array(texts.size)
  const gramScales = new Float32Array(texts.size)
  for (let text = 0; text < texts.size; text++) {
    const middle = texts.middles[text] ?? 0
    wordScales[text] = scaleOf(squaresOf(texts.starts[text] ?? 0, middle))
    gramScales[text] = scaleOf(squaresOf(middle, texts.starts[text + 1] ?? 0))
  }
  return { idf, wordScales, gramScales }
}
