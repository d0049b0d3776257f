import { type JudgeRun, walkBytes } from './byte-walk.ts'
import { dateShape, phoneContextLength, phoneWords } from './phone.ts'
import { secretHeads } from './secret.ts'

/** More backslashes in a row than seven are text nested deeper than it is worth looking into. */
const deepNesting = '\\'.repeat(8)

/** No finding is shorter: `abc::`. */
const shortestBytes = 5

/** Any of these is suspicion enough; native search is the fastest test there is. */
const signs: readonly string[] = ['@', '::', deepNesting]

/** Each begins with a rare character, so that the regular expression engine can skip to it. */
const patterns: readonly RegExp[] = [
  /\d\.\d{1,3}\.\d{1,3}\.\d/,
  /:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){5}/i,
  new RegExp(`(?<=${secretHeads.join('|')})[-_]`),
  /(?<=ey)J|(?<=A)(?:[KS]IA|Iza)|--B/,
]

/** An escaped ASCII character can hide anything. */
const hiding = /\\u00[2-7]/

/** A character behind JSON escapes, also where the JSON is nested in strings three times over. */
const escaped = '\\\\{1,7}u[0-9a-fA-F]{4}'

/** What may stand between two digits, as UTF-8 bytes read as Latin-1: a separator takes up to three. */
const gap = '[ .\\-/()\\x80-\\xff]'
const runOf = (between: string): string => `(?:\\+[ (]{0,2})?\\d(?:${between}{0,9}\\d){6,60}`
const plainRun = new RegExp(runOf(gap), 'g')
const escapedRun = new RegExp(`${escaped}|(${runOf(`(?:${gap}|${escaped}|\\\\{1,7}/)`)})`, 'g')

/** An escaped character takes up to 13 bytes: six of its own and seven doubled backslashes. */
const contextBytes = phoneContextLength + 17 * 13

/** Whether a run of seven digits and more may be, or hold, a card, a phone or an address. */
const isNumber = (text: string, run: string, start: number): boolean => {
  if (run.startsWith('+')) return true
  const digits = run.replace(/\D/g, '')
  if (digits.length >= 10 && digits.length < run.length) return true
  if (digits.length >= 9 && digits.startsWith('00')) return true
  if (digits.length >= 13 && /^[2-6]/.test(digits)) return true
  if (digits.length === 8 && dateShape.test(run)) return false
  return phoneWords.test(text.slice(Math.max(0, start - contextBytes), start))
}

const hasNumber = (text: string, isEscaped: boolean): boolean => {
  const pattern = isEscaped ? escapedRun : plainRun
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const run = isEscaped ? match[1] : match[0]
    if (run !== undefined && isNumber(text, run, match.index)) return true
  }
  return false
}

/** Judges a run of digits by its bytes and those before it, where its word may stand. */
const isNumberRun: JudgeRun = (bytes, start, end, textStart) => {
  const from = Math.max(textStart, start - contextBytes)
  const text = bytes.toString('latin1', from, end)
  return isNumber(text, text.slice(start - from), start - from)
}

/** The same question as `mayContainPii`, for any text, escapes included. */
export const mayContainEscaped = (bytes: Buffer, start = 0, end = bytes.length): boolean => {
  const text = bytes.toString('latin1', start, end)
  for (const sign of signs) if (text.includes(sign)) return true
  for (const pattern of patterns) if (pattern.test(text)) return true
  const isEscaped = text.includes('\\u') || text.includes('\\/')
  return (isEscaped && hiding.test(text)) || hasNumber(text, isEscaped)
}

/**
 * Whether the UTF-8 text in `bytes[start, end)` may hold a finding, as plain text or as JSON text with
 * escapes. False is a proof: no rule matches, `redactText` and `redactJson` change nothing. True is
 * only a suspicion. Derived from the rules' own constants; takes time linear in the bytes.
 */
export const mayContainPii = (bytes: Buffer, start = 0, end = bytes.length): boolean => {
  if (end - start < shortestBytes) return false
  const walk = walkBytes(bytes, start, end, isNumberRun)
  return walk === 'escaped' ? mayContainEscaped(bytes, start, end) : walk === 'suspicious'
}
