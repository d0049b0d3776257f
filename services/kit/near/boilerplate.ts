const slots = 2 ** 16
const slotMask = slots - 1
/** Before so many texts of a family were seen, nobody can say what is its boilerplate. */
const textsMin = 4
const sightingsMin = 6
const agedEvery = 128

/** A slot in 16 bits: the last text that it met (modulo 256), whether it is common, and its count. */
const textShift = 8
const commonBit = 0x80
const countMask = 0x7f

/** What the last texts of one family (a workload) have in common. */
export interface Boilerplate {
  /** Takes one more text into account, by its shingle hashes. */
  see(hashes: Int32Array): void
  /** Words of the slots that shingles have by the low bits of their hash. Undefined until enough texts were seen. */
  readonly slots: Uint16Array | undefined
  /** True for a shingle that many of the last texts share. */
  isCommon(hash: number): boolean
}

/** 1 where the word of a slot says that many of the last texts share its shingles, else 0. */
export const commonOf = (word: number): number => (word & commonBit) >>> 7

/**
 * Calls of one workload share long instructions, signatures, disclaimers. A shingle is boilerplate when at least `share`
 * of the last texts has it (six texts at least; three of a family's first), and stays so down to half of that.
 * Counted in a table of 2^16 slots by the hash's low bits, halved every 128 texts: so the last 256 or so count, in
 * 128 KiB. Two shingles in one slot share their fate, which is the same for all texts and leaves a fair sample. Where texts
 * are so long that slots fill up by chance, the bar is three times the mean; beyond 10,000 characters a text nothing passes.
 */
export const boilerplate = (share: number): Boilerplate => {
  const table = new Uint16Array(slots)
  let texts = 0
  let sightings = 0
  let seen = 0
  const bar = (): number => {
    const few = Math.max(textsMin - 1, Math.min(sightingsMin, texts - 1))
    return Math.max(few, texts * share, (3 * sightings) / slots)
  }
  const age = (): void => {
    const staying = bar() / 2
    for (let slot = 0; slot < slots; slot += 1) {
      const word = table[slot] ?? 0
      const count = word & countMask
      const kept = count < staying ? 0 : word & commonBit
      table[slot] = (word & ~0xff) | kept | (count >>> 1)
    }
    texts /= 2
    sightings /= 2
  }
  /** Counts a slot once a text; 1 when it was not counted yet. */
  const count = (slot: number, own: number, least: number): number => {
    const word = table[slot] ?? 0
    if (word >>> textShift === own) return 0
    const sum = Math.min((word & countMask) + 1, countMask)
    table[slot] = (own << textShift) | (sum >= least ? commonBit : word & commonBit) | sum
    return 1
  }
  const see = (hashes: Int32Array): void => {
    seen += 1
    texts += 1
    const own = seen & 0xff
    const least = bar()
    let fresh = 0
    for (let index = 0; index < hashes.length; index += 1)
      fresh += count((hashes[index] ?? 0) & slotMask, own, least)
    sightings += fresh
    if (seen % agedEvery === 0) age()
  }
  return {
    see,
    get slots() {
      return seen >= textsMin ? table : undefined
    },
    isCommon: (hash) => seen >= textsMin && commonOf(table[hash & slotMask] ?? 0) === 1,
  }
}
