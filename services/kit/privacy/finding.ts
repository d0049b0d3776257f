/** The kinds of personal data and secrets that the engine tells apart, in the order of their columns. */
export const piiTypes = ['email', 'phone', 'card', 'ip', 'secret'] as const

/** One kind of personal data or secret. */
export type PiiType = (typeof piiTypes)[number]

/** One hit: `text.slice(start, end)` is the value; offsets count UTF-16 code units. */
export interface Finding {
  readonly type: PiiType
  readonly start: number
  readonly end: number
}

/** How many values of each kind were replaced. */
export type PiiCounts = Readonly<Record<PiiType, number>>

/** What stands in the redacted text in place of a value. No placeholder is a finding itself. */
export const placeholders: Readonly<Record<PiiType, string>> = {
  email: '[EMAIL]',
  phone: '[PHONE]',
  card: '[CARD]',
  ip: '[IP]',
  secret: '[SECRET]',
}

/** A text without its findings. `hits` is the sum of `counts`; at 0 `text` is the input itself. */
export interface Redacted {
  readonly text: string
  readonly counts: PiiCounts
  readonly hits: number
}

/** Counts that can still grow, for one text. */
export type Tally = Record<PiiType, number>

/** A tally of zeros. */
export const emptyTally = (): Tally => ({ email: 0, phone: 0, card: 0, ip: 0, secret: 0 })
