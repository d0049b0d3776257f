import { DIGIT, isExtendedLetter, isIn, LETTER, MAIL_LABEL, MAIL_LOCAL } from './chars.ts'
import { found, type Rule } from './scan.ts'

const UNDERSCORE = 0x5f
const DOT = 0x2e

const isLocal = (code: number): boolean => isIn(code, MAIL_LOCAL) || isExtendedLetter(code)
const isLabel = (code: number): boolean => isIn(code, MAIL_LABEL) || isExtendedLetter(code)
const isLetter = (code: number): boolean => isIn(code, LETTER) || isExtendedLetter(code)
const opensLocal = (code: number): boolean =>
  isIn(code, LETTER | DIGIT) || code === UNDERSCORE || isExtendedLetter(code)

const localStart = (text: string, at: number, floor: number): number => {
  let start = at
  while (start > floor && isLocal(text.charCodeAt(start - 1))) start--
  while (start < at && !opensLocal(text.charCodeAt(start))) start++
  return start
}

const topLevelEnd = (text: string, start: number, end: number): number => {
  if (text.startsWith('xn--', start)) return end
  let letters = start
  while (letters < end && isLetter(text.charCodeAt(letters))) letters++
  const closes = letters === end || text[letters] === '-'
  return closes && letters - start >= 2 ? letters : -1
}

const labelEnd = (text: string, start: number): number => {
  let end = start
  while (isLabel(text.charCodeAt(end))) end++
  return end
}

/** The end of the longest domain name at `at` with a top-level label that can exist, or -1. */
const domainEnd = (text: string, at: number): number => {
  let best = -1
  let end = labelEnd(text, at)
  if (end === at) return -1
  while (text.charCodeAt(end) === DOT) {
    const start = end + 1
    end = labelEnd(text, start)
    best = Math.max(best, topLevelEnd(text, start, end))
  }
  return best
}

/**
 * An e-mail address around an `@` (the unquoted forms of RFC 5322, and RFC 6531 letters of European
 * scripts). The domain needs a dot and a top-level label of letters, so `lodash@4.17.21` is none.
 */
export const emailRule: Rule = (scan, at) => {
  const start = localStart(scan.text, at, scan.floor)
  if (start === at) return at + 1
  const end = domainEnd(scan.text, at + 1)
  return end === -1 ? at + 1 : found(scan, 'email', start, end)
}
