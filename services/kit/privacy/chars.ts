/** Classes of ASCII characters, as bits, for scanners that look at one character at a time. */
export const DIGIT = 1
export const LETTER = 2
export const HEX = 4
export const TOKEN = 8
export const MAIL_LOCAL = 16
export const MAIL_LABEL = 32

const classes = new Uint8Array(128)
const mark = (characters: string, bit: number): void => {
  for (const character of characters) {
    const code = character.charCodeAt(0)
    classes[code] = (classes[code] ?? 0) | bit
  }
}
const digits = '0123456789'
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
mark(digits, DIGIT)
mark(letters, LETTER)
mark(`${digits}abcdefABCDEF`, HEX)
mark(`${digits}${letters}_-`, TOKEN)
mark(`${digits}${letters}._%+-'`, MAIL_LOCAL)
mark(`${digits}${letters}-`, MAIL_LABEL)

/** Whether an ASCII code belongs to one of the classes in `bits`; NaN (past the end) never does. */
export const isIn = (code: number, bits: number): boolean =>
  code < 128 && ((classes[code] ?? 0) & bits) !== 0

/** Latin, Greek and Cyrillic letters beyond ASCII: internationalised mail addresses use them. */
export const isExtendedLetter = (code: number): boolean =>
  (code >= 0xc0 && code <= 0x24f && code !== 0xd7 && code !== 0xf7) ||
  (code >= 0x370 && code <= 0x52f)

/** The first position at or after `at` whose character is in none of the classes in `bits`. */
export const skipClass = (text: string, at: number, bits: number): number => {
  let end = at
  while (isIn(text.charCodeAt(end), bits)) end++
  return end
}
