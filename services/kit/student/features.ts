/** What features a student reads. All of it is part of the model. */
export interface FeatureSettings {
  /** Hash places as a power of two; the first half holds words and pairs of words, the second runs of characters. */
  readonly bits: number
  /** Shortest and longest run of characters that is a feature; none where the longest is below the shortest. */
  readonly charactersMin: number
  readonly charactersMax: number
  /** UTF-16 code units of a text that are read; the rest is left out. */
  readonly textCharactersMax: number
}

/** The distinct features of one text. */
export interface SparseCounts {
  /** Hash places: those of words first. */
  readonly places: Int32Array
  /** Signed counts: a feature adds 1 or −1 by its hash, so that collisions cancel on average. */
  readonly counts: Int32Array
  /** How many of the places are of words. */
  readonly words: number
}

/** Settings for so many labels: with many labels the weights stay small enough to serve. */
export const featuresFor = (labels: number): FeatureSettings => ({
  bits: labels > 20 ? 17 : 19,
  charactersMin: 3,
  charactersMax: 5,
  textCharactersMax: 10_000,
})

/** Parameters of FNV-1a with 32 bits (Fowler, Noll, Vo; RFC 9923), taken over UTF-16 code units. */
const offset = 0x811c9dc5
const prime = 0x01000193

/** The final mix of MurmurHash3 with 32 bits (Appleby): it spreads every bit over all. */
const mix = (hash: number): number => {
  let mixed = hash ^ (hash >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** Beyond ASCII: Latin-1 signs, general punctuation and CJK punctuation part words. */
const isSign = (code: number): boolean =>
  (code >= 0x80 && code <= 0xbf && code !== 0xaa && code !== 0xb5 && code !== 0xba) ||
  (code >= 0x2000 && code <= 0x206f) ||
  (code >= 0x3000 && code <= 0x303f)

const isAsciiWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 36 || code === 39

const isWord = (code: number): boolean => (code < 128 ? isAsciiWord(code) : !isSign(code))

/** Code units of a text, each run of white space one space, with a space at both ends. Returns how many. */
const readCodes = (text: string, codes: Uint16Array): number => {
  let length = 0
  codes[length++] = 32
  const end = Math.min(text.length, codes.length - 2)
  for (let at = 0; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code > 32 && code !== 0xa0) codes[length++] = code
    else if (codes[length - 1] !== 32) codes[length++] = 32
  }
  if (codes[length - 1] !== 32) codes[length++] = 32
  return length
}

/** Reads features of one text after the other in memory of its own, some megabytes; make one a model. */
export class FeatureExtractor {
  readonly #settings: FeatureSettings
  readonly #half: number
  readonly #counts: Int32Array
  readonly #seen: Uint8Array
  readonly #places: Int32Array
  readonly #codes: Uint16Array
  #distinct = 0

  constructor(settings: FeatureSettings) {
    const size = 2 ** settings.bits
    const runs = Math.max(0, settings.charactersMax - settings.charactersMin + 1)
    this.#settings = settings
    this.#half = size / 2
    this.#counts = new Int32Array(size)
    this.#seen = new Uint8Array(size)
    this.#places = new Int32Array(Math.min(size, (settings.textCharactersMax + 2) * (runs + 2)))
    this.#codes = new Uint16Array(settings.textCharactersMax + 2)
  }

  /** The features of a text: words, pairs of words and runs of characters, in lower case and Unicode form NFKC. */
  extract(text: string): SparseCounts {
    const read = text.slice(0, this.#settings.textCharactersMax).normalize('NFKC').toLowerCase()
    const length = readCodes(read, this.#codes)
    this.#addWords(length)
    const words = this.#distinct
    this.#addRuns(length)
    return { ...this.#taken(), words }
  }

  #add(hash: number, first: number): void {
    const mixed = mix(hash)
    const place = first + (mixed >>> (33 - this.#settings.bits))
    this.#counts[place] = (this.#counts[place] ?? 0) + ((mixed & 1) === 0 ? 1 : -1)
    if (this.#seen[place] === 1) return
    this.#seen[place] = 1
    this.#places[this.#distinct++] = place
  }

  #addWords(length: number): void {
    let previous = 0
    let hash = offset
    let letters = 0
    for (let at = 0; at < length; at++) {
      const code = this.#codes[at] ?? 0
      if (isWord(code)) {
        hash = Math.imul(hash ^ code, prime)
        letters++
      } else if (letters > 0) {
        this.#add(hash, 0)
        this.#add(Math.imul(previous ^ 0x9e3779b9, prime) ^ hash, 0)
        previous = hash
        hash = offset
        letters = 0
      }
    }
  }

  #addRuns(length: number): void {
    const { charactersMin, charactersMax } = this.#settings
    for (let start = 0; start < length; start++) {
      let hash = offset
      const end = Math.min(start + charactersMax, length)
      for (let at = start; at < end; at++) {
        hash = Math.imul(hash ^ (this.#codes[at] ?? 0), prime)
        if (at - start + 1 >= charactersMin) this.#add(hash, this.#half)
      }
    }
  }

  #taken(): { places: Int32Array; counts: Int32Array } {
    const places = this.#places.slice(0, this.#distinct)
    const counts = new Int32Array(places.length)
    for (let at = 0; at < places.length; at++) {
      const place = places[at] ?? 0
      counts[at] = this.#counts[place] ?? 0
      this.#counts[place] = 0
      this.#seen[place] = 0
    }
    this.#distinct = 0
    return { places, counts }
  }
}

/** Inverse document frequency by place, smoothed as if one text more had every feature: ln((1 + n) / (1 + df)) + 1. */
export const inverseFrequencies = (texts: readonly SparseCounts[], size: number): Float32Array => {
  const holders = new Int32Array(size)
  for (const { places } of texts)
    for (const place of places) holders[place] = (holders[place] ?? 0) + 1
  return Float32Array.from(holders, (count) =>
    count === 0 ? 0 : Math.log((1 + texts.length) / (1 + count)) + 1,
  )
}

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
  for (let at = 0; at < places.length; at++) {
    const count = counts[at] ?? 0
    const term = count === 0 ? 0 : Math.sign(count) * (1 + Math.log(Math.abs(count)))
    values[at] = term * (rarity[places[at] ?? 0] ?? 0)
  }
  scaleRange(values, 0, words)
  scaleRange(values, words, values.length)
  return values
}
