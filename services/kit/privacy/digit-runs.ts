/** The byte of an ASCII character. */
export const code = (character: string): number => character.charCodeAt(0)
const [dot, plus, open, blank] = [code('.'), code('+'), code('('), code(' ')]

const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x30 && byte <= 0x39

/** Whether a byte is a hexadecimal digit. */
export const isHex = (byte: number | undefined): boolean =>
  isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)

/** What may stand between two digits of a number: these, and every byte beyond ASCII. */
const gaps = new Uint8Array(256).fill(1, 0x80)
for (const character of ' .-/()') gaps[code(character)] = 1

const gapMax = 9
/** Fewer digits are no number of a person. */
export const digitsMin = 7
const digitsMax = 61

/** The end of up to `most` bytes of a kind. */
export const passUpTo = (
  bytes: Buffer,
  at: number,
  end: number,
  most: number,
  is: (byte: number | undefined) => boolean,
): number => {
  const stop = Math.min(end, at + most)
  let next = at
  while (next < stop && is(bytes[next])) next++
  return next
}

/** Whether an IPv4 address may have its first dot here: `\d\.\d{1,3}\.\d{1,3}\.\d`. */
const isAddress = (bytes: Buffer, at: number, end: number): boolean => {
  const second = passUpTo(bytes, at + 1, end, 3, isDigit)
  if (second === at + 1 || second >= end || bytes[second] !== dot) return false
  const third = passUpTo(bytes, second + 1, end, 3, isDigit)
  if (third === second + 1 || third >= end || bytes[third] !== dot) return false
  return third + 1 < end && isDigit(bytes[third + 1])
}

/** Whether a plus stands before a number, with up to two blanks or parentheses between. */
export const hasPlus = (bytes: Buffer, at: number, start: number): boolean => {
  const least = Math.max(start, at - 3)
  for (let before = at - 1; before >= least; before--) {
    const byte = bytes[before]
    if (byte === plus) return true
    if (byte !== blank && byte !== open) return false
  }
  return false
}

/** A number as it may be written, from its first digit to its last. */
export interface Run {
  digits: number
  end: number
  isAddress: boolean
}

/** One run at a time is looked at, and none is kept. */
const run: Run = { digits: 0, end: 0, isAddress: false }

/** The next digit behind up to nine bytes that may stand between two; -1 if there is none. */
const nextDigit = (bytes: Buffer, at: number, end: number): number => {
  const stop = Math.min(end, at + gapMax + 1)
  for (let next = at; next < stop; next++) {
    const byte = bytes[next] as number
    if (isDigit(byte)) return next
    if (gaps[byte] === 0) return -1
  }
  return -1
}

/** Reads the number that begins at a digit. Its answer is overwritten by the next call. */
export const readRun = (bytes: Buffer, at: number, end: number): Run => {
  run.digits = 0
  run.isAddress = false
  for (let next = at; next !== -1; next = nextDigit(bytes, run.end, end)) {
    run.end = next + 1
    run.isAddress ||= bytes[next + 1] === dot && isAddress(bytes, next + 1, end)
    if (++run.digits === digitsMax) break
  }
  return run
}
