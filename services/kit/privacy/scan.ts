import type { Finding, PiiType } from './finding.ts'

/** The state of one pass over a text. A rule looks back no further than `floor`. */
export interface Scan {
  readonly text: string
  /** What stood before the text (a JSON key, say): it can tell what a bare number is. */
  readonly context: string
  readonly findings: Finding[]
  /** The end of the last finding. */
  floor: number
  /** How often the phone library was asked for this text. */
  phoneChecks: number
}

/** A rule is tried at its trigger character and returns where the pass goes on. */
export type Rule = (scan: Scan, at: number) => number

/** Notes a finding; findings never overlap, since the pass goes on at its end. */
export const found = (scan: Scan, type: PiiType, start: number, end: number): number => {
  scan.findings.push({ type, start, end })
  scan.floor = end
  return end
}

/** The code before `at`; NaN at the start of the text or right behind a finding. */
export const codeBefore = (scan: Scan, at: number): number =>
  at > scan.floor ? scan.text.charCodeAt(at - 1) : Number.NaN

/** The end of a sticky pattern's match at `at`, or -1. Patterns are bounded or free of backtracking. */
export const endOfMatch = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}
