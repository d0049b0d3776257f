/** Characters of one shingle, as NeMo Curator's fuzzy deduplication takes them. */
export const shingleCharacters = 24
/** Longest part of a text that is compared, in UTF-16 code units. */
export const comparedCharactersMax = 32_000

const factor = 0x01000193
/** `factor` to the power of `shingleCharacters`, modulo 2^32: what a character weighs when it leaves the window. */
const leaving = Array.from({ length: shingleCharacters }).reduce<number>(
  (power) => Math.imul(power, factor),
  1,
)
const space = 32
const highSpaces = /\s/
/** 1 for the white space among the first 256 code units. */
const spaces = Uint8Array.from({ length: 256 }, (_, code) =>
  highSpaces.test(String.fromCharCode(code)) ? 1 : 0,
)
const spaceOf = (code: number): number =>
  code < 256 ? (spaces[code] ?? 0) : highSpaces.test(String.fromCharCode(code)) ? 1 : 0

/** MurmurHash3's finalizer, after which all bits are usable; 31 bits, so that differences don't overflow. */
const mixed = (hash: number): number => {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35)
  return (second ^ (second >>> 16)) >>> 1
}

/** 31-bit digest of a text, for keys that live in memory only. */
export const hash32 = (text: string, seed: number): number => {
  let hash = seed ^ 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), factor)
  }
  return mixed(hash)
}

/** Copies a text's code units with runs of white space as one space and none at the ends; returns their count. */
const foldInto = (text: string, codes: Uint16Array): number => {
  const read = Math.min(text.length, codes.length)
  let length = 0
  let wasSpace = 1
  // Without branches: white space is not predictable.
  for (let index = 0; index < read; index += 1) {
    const code = text.charCodeAt(index)
    const isSpace = spaceOf(code)
    codes[length] = code + (space - code) * isSpace
    length += 1 - (isSpace & wasSpace)
    wasSpace = isSpace
  }
  return length > 0 && wasSpace === 1 ? length - 1 : length
}

/** Hashes the windows of a text's characters. */
export interface Shingler {
  /**
   * 31-bit hashes of all shingles, repeated ones included, in order; a shorter text is one shingle, an empty one none.
   * The text is taken in Unicode NFC with white space made uniform, as content hashes are. Valid until the next call.
   */
  readonly hashesOf: (text: string) => Int32Array
}

/** A shingler; another seed, other hashes. Rolling polynomial hash (Karp, Rabin 1987), finished by a mixer. */
export const shingler = (seed = 0): Shingler => {
  const codes = new Uint16Array(comparedCharactersMax)
  const hashes = new Int32Array(comparedCharactersMax)
  const hashesOf = (text: string): Int32Array => {
    const length = foldInto(text.normalize('NFC'), codes)
    const first = Math.min(length, shingleCharacters)
    let rolling = 0
    for (let at = 0; at < first; at += 1)
      rolling = (Math.imul(rolling, factor) + codeAt(codes, at)) | 0
    if (length > 0) hashes[0] = mixed(rolling ^ seed)
    for (let at = first; at < length; at += 1) {
      const gone = Math.imul(leaving, codeAt(codes, at - shingleCharacters))
      rolling = (Math.imul(rolling, factor) + codeAt(codes, at) - gone) | 0
      hashes[at - shingleCharacters + 1] = mixed(rolling ^ seed)
    }
    return hashes.subarray(0, length === 0 ? 0 : length - first + 1)
  }
  return { hashesOf }
}

const codeAt = (codes: Uint16Array, index: number): number => codes[index] ?? 0
