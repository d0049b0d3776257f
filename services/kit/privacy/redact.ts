import { findPii } from './find.ts'
import { emptyTally, type Finding, placeholders, type Redacted, type Tally } from './finding.ts'

const escapePair = /\\["\\/bfnrt]/g
const asciiEscape = /\\u00([2-7][0-9a-f])/gi

const union = (left: readonly Finding[], right: readonly Finding[]): Finding[] => {
  const merged: Finding[] = []
  for (const next of [...left, ...right].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1)
    if (last === undefined || next.start >= last.end) merged.push(next)
    else if (next.end > last.end) merged[merged.length - 1] = { ...last, end: next.end }
  }
  return merged
}

/**
 * Text with backslashes may be JSON that was cut off. The letter of an escape (`\n`) must not hide
 * where a value begins, so such a text is searched as it is and once more with its escapes blanked.
 */
const findInText = (text: string, context: string): Finding[] => {
  const findings = findPii(text, context)
  if (!text.includes('\\')) return findings
  const blanked = text.replace(escapePair, (pair) => (pair === '\\/' ? ' /' : '\n\n'))
  return blanked === text ? findings : union(findings, findPii(blanked, context))
}

const splice = (text: string, findings: readonly Finding[], tally: Tally): string => {
  let result = ''
  let copied = 0
  for (const { type, start, end } of findings) {
    result += text.slice(copied, start) + placeholders[type]
    copied = end
    tally[type]++
  }
  return result + text.slice(copied)
}

const decodeAsciiEscapes = (text: string): string =>
  text.replace(asciiEscape, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Replaces the findings in a text and adds them to the tally; an untouched text comes back as it is. */
export const redactInto = (tally: Tally, text: string, context = ''): string => {
  const findings = findInText(text, context)
  if (!text.includes('\\u00')) return splice(text, findings, tally)
  const decoded = decodeAsciiEscapes(text)
  const hidden = decoded === text ? findings : findInText(decoded, context)
  return hidden.length > findings.length
    ? splice(decoded, hidden, tally)
    : splice(text, findings, tally)
}

/** Closes a tally into the result of a redaction. */
export const redacted = (text: string, tally: Tally): Redacted => ({
  text,
  counts: tally,
  hits: tally.email + tally.phone + tally.card + tally.ip + tally.secret,
})

/**
 * Replaces personal data and secrets in plain text by typed placeholders (`[EMAIL]`, `[PHONE]`,
 * `[CARD]`, `[IP]`, `[SECRET]`). Values behind JSON escapes are found too, since logged text is often
 * JSON that was cut off; where that uncovers more, the ASCII escapes come back decoded.
 */
export const redactText = (text: string): Redacted => {
  const tally = emptyTally()
  return redacted(redactInto(tally, text), tally)
}
