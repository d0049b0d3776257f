import { commonOf } from './boilerplate.ts'

/** NeMo Curator's default: 260 permutations. Here: bins of one permutation. */
export const sketchBins = 260
const triesMax = 32
const empty = 0x7fff_ffff
const nothing = new Uint16Array(1)

/** A text as its least shingle hash in each bin. Two texts agree in a bin with a chance near their Jaccard likeness. */
export type Sketch = Int32Array

/** Where an empty bin looks for a value, attempt by attempt: the same for all texts. */
const triesOf = (bins: number): Uint16Array =>
  Uint16Array.from({ length: bins * triesMax }, (_, at) => {
    const first = Math.imul(at + 1, 0x9e3779b1)
    const second = Math.imul(first ^ (first >>> 15), 0x85ebca6b)
    return ((second ^ (second >>> 13)) >>> 0) % bins
  })

const lenderOf = (bin: number, least: Int32Array, tries: Uint16Array): number => {
  for (let at = bin * triesMax; at < (bin + 1) * triesMax; at += 1) {
    const lender = tries[at] ?? 0
    if (least[lender] !== empty) return lender
  }
  let lender = tries[bin * triesMax] ?? 0
  while (least[lender] === empty) lender = (lender + 1) % least.length
  return lender
}

/** What a sketch leaves out. */
export interface Without {
  /** Slots of a `Boilerplate`. */
  readonly common?: Uint16Array | undefined
  /** Fewest shingles that a text must have left, once it lost some; 1 unless set. */
  readonly leftMin?: number
}

/** Makes sketches of `bins` bins. */
export interface Sketcher {
  /** The sketch of a set of shingle hashes; undefined where too little is left of it. */
  readonly sketchOf: (hashes: Int32Array, without?: Without) => Sketch | undefined
}

/**
 * One-permutation MinHash: one hash a shingle instead of one a shingle and bin (Li, Owen, Zhang 2012). An empty bin takes
 * the value of a full one that is chosen by its own random attempts: optimal densification (Shrivastava 2017), which
 * keeps the estimate of Jaccard likeness unbiased.
 */
export const sketcher = (bins = sketchBins): Sketcher => {
  const least = new Int32Array(bins)
  const tries = triesOf(bins)
  const fill = (hashes: Int32Array, common: Uint16Array): number => {
    const last = common.length - 1
    let gone = 0
    least.fill(empty)
    // Without branches: whether a hash is the least of its bin is not predictable.
    for (let index = 0; index < hashes.length; index += 1) {
      const full = hashes[index] ?? 0
      const isGone = commonOf(common[full & last] ?? 0)
      const bin = Math.imul(full >>> 15, bins) >>> 16
      const before = least[bin] ?? 0
      const difference = (full | (-isGone & empty)) - before
      least[bin] = before + (difference & (difference >> 31))
      gone += isGone
    }
    return hashes.length - gone
  }
  const dense = (): Sketch => {
    const sketch = new Int32Array(bins)
    for (let bin = 0; bin < bins; bin += 1) {
      const own = least[bin] ?? 0
      sketch[bin] = own === empty ? (least[lenderOf(bin, least, tries)] ?? 0) : own
    }
    return sketch
  }
  return {
    sketchOf: (hashes, { common, leftMin = 1 } = {}) => {
      const left = fill(hashes, common ?? nothing)
      const isEnough = left > 0 && (left === hashes.length || left >= leftMin)
      return isEnough ? dense() : undefined
    },
  }
}

/** A sketch in one byte a bin, as an index keeps it: b-bit minwise hashing (Li, König 2010), b = 8. */
export const bytesOf = (sketch: Sketch): Uint8Array => Uint8Array.from(sketch, byteOf)

/** The byte that is kept of a bin's value. Other bits in each bin: those of a short text hold few values among them. */
export const byteOf = (value: number, bin: number): number =>
  Math.imul(value ^ Math.imul(bin + 1, 0x9e3779b1), 0x85ebca6b) >>> 24

/** Jaccard likeness by the share of bins that agree in their bytes: 1 of 256 unlike bins agrees by chance. */
export const likenessFrom = (agreeing: number, bins: number): number =>
  Math.max(0, (agreeing / bins - 1 / 256) / (1 - 1 / 256))

/** Estimated Jaccard likeness of two sketches in bytes, 0 to 1. */
export const likenessOf = (left: Uint8Array, right: Uint8Array): number => {
  let agreeing = 0
  for (let bin = 0; bin < left.length; bin += 1) if (left[bin] === right[bin]) agreeing += 1
  return likenessFrom(agreeing, left.length)
}
