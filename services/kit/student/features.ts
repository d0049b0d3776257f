import type { StudentSettings } from './settings.ts'

/** What features of a text are counted by. */
export type ReadingSettings = Pick<
  StudentSettings,
  'charactersMax' | 'bucketBits' | 'gramMin' | 'gramMax'
>

/** Counts features of one text after the other in its own memory; what it shows holds until the next text. */
export interface FeatureCounter {
  /** Buckets altogether: those of words, then as many of characters. */
  readonly size: number
  /** Reads a text. Its distinct buckets are `buckets[0]` to `buckets[distinct − 1]`, words before characters. */
  count(text: string): { readonly distinct: number; readonly words: number }
  readonly buckets: Int32Array
  /** Signed count by bucket: a feature adds 1 or −1 by its hash, so that collisions cancel on average. */
  readonly counts: Int32Array
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

/** Ranges beyond ASCII that part words: Latin-1 signs, general punctuation, CJK punctuation, full-width signs. */
const isSign = (code: number): boolean =>
  (code >= 0x80 && code <= 0xbf && code !== 0xaa && code !== 0xb5 && code !== 0xba) ||
  (code >= 0x2000 && code <= 0x206f) ||
  (code >= 0x3000 && code <= 0x303f)

const isAsciiWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 36 || code === 39

const isWord = (code: number): boolean => (code < 128 ? isAsciiWord(code) : !isSign(code))

/** Code units of a text in lower case, each run of white space one space, with a space at both ends. */
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

/** A counter for these settings. One is made for each model and reader: it owns some megabytes of counts. */
export const makeFeatureCounter = (settings: ReadingSettings): FeatureCounter => {
  const { charactersMax, bucketBits, gramMin, gramMax } = settings
  const half = 2 ** bucketBits
  const counts = new Int32Array(2 * half)
  const codes = new Uint16Array(charactersMax + 2)
  const buckets = new Int32Array(Math.min(2 * half, (charactersMax + 2) * (gramMax - gramMin + 3)))
  const seen = new Uint8Array(2 * half)
  let distinct = 0

  const add = (hash: number, first: number): void => {
    const mixed = mix(hash)
    const bucket = first + (mixed >>> (32 - bucketBits))
    counts[bucket] = (counts[bucket] ?? 0) + ((mixed & 1) === 0 ? 1 : -1)
    if (seen[bucket] === 1) return
    seen[bucket] = 1
    buckets[distinct++] = bucket
  }

  const addWords = (length: number): void => {
    let previous = 0
    let hash = offset
    let letters = 0
    for (let at = 0; at < length; at++) {
      const code = codes[at] ?? 0
      if (isWord(code)) {
        hash = Math.imul(hash ^ code, prime)
        letters++
      } else if (letters > 0) {
        add(hash, 0)
        add(Math.imul(previous ^ 0x9e3779b9, prime) ^ hash, 0)
        previous = hash
        hash = offset
        letters = 0
      }
    }
  }

  const addGrams = (length: number): void => {
    for (let start = 0; start < length; start++) {
      let hash = offset
      const end = Math.min(start + gramMax, length)
      for (let at = start; at < end; at++) {
        hash = Math.imul(hash ^ (codes[at] ?? 0), prime)
        if (at - start + 1 >= gramMin) add(hash, half)
      }
    }
  }

  const clear = (): void => {
    for (let at = 0; at < distinct; at++) {
      const bucket = buckets[at] ?? 0
      counts[bucket] = 0
      seen[bucket] = 0
    }
    distinct = 0
  }

  const count = (text: string): { distinct: number; words: number } => {
    clear()
    const read = text.slice(0, charactersMax).normalize('NFKC').toLowerCase()
    const length = readCodes(read, codes)
    addWords(length)
    const words = distinct
    addGrams(length)
    return { distinct, words }
  }

  return { size: 2 * half, count, buckets, counts }
}
