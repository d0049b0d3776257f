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
  /** Signed counts within ±127: a feature adds 1 or −1 by its hash, so that collisions cancel on average. */
  readonly counts: Int8Array
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

/** Why these settings can't be a student's, or undefined. They may come from an artifact, so nothing is taken for granted. */
export const featureFault = (settings: FeatureSettings): string | undefined => {
  const { bits, charactersMin, charactersMax, textCharactersMax } = settings
  const within = (value: unknown, low: number, high: number): boolean =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high
  if (!within(bits, 8, 24)) return `bits is ${bits}, not 8 to 24`
  if (!within(charactersMin, 1, 16)) return `charactersMin is ${charactersMin}, not 1 to 16`
  if (!within(charactersMax, 0, 16)) return `charactersMax is ${charactersMax}, not 0 to 16`
  if (!within(textCharactersMax, 1, 1_000_000))
    return `textCharactersMax is ${textCharactersMax}, not 1 to 1,000,000`
  return undefined
}

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

  #taken(): { places: Int32Array; counts: Int8Array } {
    const places = this.#places.slice(0, this.#distinct)
    const counts = new Int8Array(places.length)
    for (let at = 0; at < places.length; at++) {
      const place = places[at] ?? 0
      counts[at] = Math.max(-127, Math.min(127, this.#counts[place] ?? 0))
      this.#counts[place] = 0
      this.#seen[place] = 0
    }
    this.#distinct = 0
    return { places, counts }
  }
}
