/** Numbers in [0, 1), the same for the same seed. */
export type Random = () => number

/** Mulberry32 (T. Ettinger, 2017): 32 bits of state, good enough to vary texts. */
export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number in [low, high]. */
export const between = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1))

/** One of several. */
export const oneOf = <T>(random: Random, values: readonly [T, ...T[]]): T =>
  values[between(random, 0, values.length - 1)] ?? values[0]
