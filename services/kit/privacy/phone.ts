import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { endOfMatch, type Scan } from './scan.ts'

const gap = '[ .\\-/()\\u00a0\\u2009\\u202f\\u2010-\\u2013]'
const international = new RegExp(`(?:\\+|00)[ (]{0,2}\\d(?:${gap}{0,3}\\d){6,14}(?!\\d)`, 'y')
const lastGroup = new RegExp(`${gap}+\\d+$`)
const join = '[ .\\-/\\u00a0\\u2010-\\u2013]'
const firm = '[.\\-/\\u2010-\\u2013]'
const northAmerican = new RegExp(
  `(?:1${join})?(?:\\([2-9]\\d\\d\\)${join}{0,2}|[2-9]\\d\\d${firm})[2-9]\\d\\d${join}\\d{4}(?!\\d|[\\-./]\\d)`,
  'y',
)
const anyShape = new RegExp(`\\(?\\d(?:${gap}{0,2}\\d){6,14}(?!\\d)`, 'y')

/** A date at the beginning of a number, year first or last. */
export const dateShape =
  /^\(?(?:(?:19|20)\d\d[-/. ]?(?:0[1-9]|1[0-2])[-/. ]?(?:[0-2]\d|3[01])(?!\d)|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d\d(?!\d))/

/** Words that make the number behind them a phone number; the byte prefilter looks for them too. */
export const phoneWords = /phone|tel|mobil|cell|fax|whatsapp|call|dial/i

/** How far before a number its word may begin, in characters; 17 of them may be no letters. */
export const phoneContextLength = 48

const context = new RegExp(
  '(?:(?<!\\bi|\\[)phone|mobile?|whatsapp|(?<![a-z])(?:tel|telefono?|cell|fax)|(?<![a-z_])(?:call|dial))' +
    '(?:[ _]?(?:number|num|no|nr))?(?:[^a-z0-9,;]{1,3}(?:me|us|on|at|is|or|number|no|nr)){0,3}' +
    '[^a-z0-9,;]{0,8}$',
  'i',
)

interface Span {
  readonly start: number
  readonly end: number
}

const phoneChecksMax = 1000

/**
 * Asks libphonenumber, the expensive part (about 10 µs). Past a thousand candidates in one text every
 * further one counts as a number: hostile input costs bounded time, and the doubt goes to privacy.
 */
const isPhone = (scan: Scan, candidate: string, trusted: boolean): boolean => {
  if (++scan.phoneChecks > phoneChecksMax) return true
  const number = parsePhoneNumberFromString(candidate)
  if (number === undefined) return false
  return trusted ? number.isPossible() : number.isValid()
}

const plusForm = (candidate: string): string => `+${candidate.replace(/\D/g, '')}`

const internationalEnd = (scan: Scan, start: number, plus: boolean): number => {
  const end = endOfMatch(international, scan.text, start)
  if (end === -1) return -1
  let candidate = scan.text.slice(start, end)
  for (let tries = 0; tries < 3; tries++) {
    if (isPhone(scan, plusForm(plus ? candidate : candidate.slice(2)), plus)) {
      return start + candidate.length
    }
    const shorter = candidate.replace(lastGroup, '')
    if (shorter.length === candidate.length) return -1
    candidate = shorter
  }
  return -1
}

const northAmericanEnd = (scan: Scan, start: number): number => {
  if (/\d[-./]$/.test(scan.text.slice(Math.max(scan.floor, start - 2), start))) return -1
  const end = endOfMatch(northAmerican, scan.text, start)
  if (end === -1) return -1
  const digits = scan.text.slice(start, end).replace(/\D/g, '').slice(-10)
  return isPhone(scan, `+1${digits}`, false) ? end : -1
}

const textBefore = (scan: Scan, start: number): string => {
  const before = scan.text.slice(Math.max(0, start - phoneContextLength), start)
  if (before.length === phoneContextLength) return before
  return (scan.context + before).slice(-phoneContextLength)
}

const contextualEnd = (scan: Scan, start: number): number => {
  const end = endOfMatch(anyShape, scan.text, start)
  if (end === -1 || dateShape.test(scan.text.slice(start, end))) return -1
  return context.test(textBefore(scan, start)) ? end : -1
}

const prefixedAt = (scan: Scan, at: number, open: number): Span | undefined => {
  const { text, floor } = scan
  const plus = open > floor && text[open - 1] === '+' ? open - 1 : -1
  if (plus !== -1 && !/\w/.test(text.slice(Math.max(floor, plus - 1), plus))) {
    const end = internationalEnd(scan, plus, true)
    if (end !== -1) return { start: plus, end }
  }
  if (!text.startsWith('00', at)) return undefined
  const end = internationalEnd(scan, at, false)
  return end === -1 ? undefined : { start: at, end }
}

/** A phone number that has the digit at `at` as its first, or undefined. */
export const phoneAt = (scan: Scan, at: number): Span | undefined => {
  const open = at > scan.floor && scan.text[at - 1] === '(' ? at - 1 : at
  const prefixed = prefixedAt(scan, at, open)
  if (prefixed !== undefined) return prefixed
  const known = northAmericanEnd(scan, open)
  const end = known === -1 ? contextualEnd(scan, open) : known
  return end === -1 ? undefined : { start: open, end }
}
