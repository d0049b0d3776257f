import { emptyTally, type PiiType, piiTypes, type Tally } from './finding.ts'
import { phoneContextLength } from './phone.ts'
import { redactInto } from './redact.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const opensNested = /^\s*["[{]/
const numberToken = /-?[\d.eE+-]+/y
const blanks = /[ \t\r\n]*/y
const plainNumber = /^\d{7,19}$/

/** Whether a text is one JSON document (RFC 8259). */
export const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/**
 * One pass over the tokens of a valid JSON text. Strings are judged decoded; a string that holds JSON
 * itself is redacted as JSON; tokens without a finding keep every byte.
 */
export class JsonTokens {
  private readonly text: string
  private readonly tally: Tally
  private result = ''
  private copied = 0
  private backslash = -1
  private keys = 0

  constructor(text: string, tally: Tally) {
    this.text = text
    this.tally = tally
  }

  /** The redacted text; its findings are added to the tally. */
  redact(): string {
    const { text } = this
    for (let at = 0; at < text.length; ) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) at = this.passString(at)
      else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) at = this.passNumber(at)
      else at++
    }
    return this.copied === 0 ? text : this.result + text.slice(this.copied)
  }

  private passString(start: number): number {
    const { text } = this
    if (this.backslash <= start) {
      const next = text.indexOf('\\', start)
      this.backslash = next === -1 ? text.length : next
    }
    let end = start + 1
    for (let code = text.charCodeAt(end); code !== QUOTE; code = text.charCodeAt(end)) {
      end += code === BACKSLASH ? 2 : 1
    }
    end++
    const token = text.slice(start, end)
    const value = this.backslash < end ? String(JSON.parse(token)) : token.slice(1, -1)
    const clean = this.isKey(end) ? this.cleanKey(value) : this.cleanValue(value, start)
    if (clean !== value) this.replace(start, end, clean)
    return end
  }

  /** A bare number that is a card, or a phone by its key, becomes a string: no number can say it. */
  private passNumber(start: number): number {
    numberToken.lastIndex = start
    numberToken.test(this.text)
    const end = numberToken.lastIndex
    const token = this.text.slice(start, end)
    if (!plainNumber.test(token)) return end
    const clean = redactInto(this.tally, token, this.contextOf(start))
    if (clean !== token) this.replace(start, end, clean)
    return end
  }

  private isKey(end: number): boolean {
    blanks.lastIndex = end
    blanks.test(this.text)
    return this.text.charCodeAt(blanks.lastIndex) === COLON
  }

  private contextOf(start: number): string {
    return this.text.slice(Math.max(0, start - phoneContextLength), start)
  }

  private cleanValue(value: string, start: number): string {
    const trial = emptyTally()
    const clean = redactInto(trial, value, this.contextOf(start + 1))
    const mayHide = clean !== value || value.includes('\\')
    if (mayHide && opensNested.test(value) && isJson(value)) {
      return new JsonTokens(value, this.tally).redact()
    }
    this.add(trial)
    return clean
  }

  /** Names of a schema hold no personal data; a key that does is numbered, lest two become one. */
  private cleanKey(value: string): string {
    const trial = emptyTally()
    const clean = redactInto(trial, value)
    if (clean === value) return value
    this.add(trial)
    this.keys++
    return this.keys === 1 ? clean : `${clean}#${this.keys}`
  }

  private add(trial: Readonly<Record<PiiType, number>>): void {
    for (const type of piiTypes) this.tally[type] += trial[type]
  }

  private replace(start: number, end: number, value: string): void {
    this.result += this.text.slice(this.copied, start) + JSON.stringify(value)
    this.copied = end
  }
}
