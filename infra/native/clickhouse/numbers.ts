const DIGITS = String.raw`\d(?:\d|_(?=\d))*`
const HEX_DIGITS = String.raw`[\da-fA-F](?:[\da-fA-F]|_(?=[\da-fA-F]))*`
/** Something must follow the letter, and the sign, for either to belong to the number. */
const exponent = (letters: string): string =>
  String.raw`(?:[${letters}](?=[\s\S])(?:[+-](?=[\s\S]))?(?:${DIGITS})?)?`
const HEX = String.raw`0[xX]${HEX_DIGITS}(?:\.(?:${HEX_DIGITS})?)?${exponent('pP')}`
const BINARY = String.raw`0[bB](?=[01])${DIGITS}(?:\.(?:${DIGITS})?)?${exponent('eE')}`
const DECIMAL = String.raw`${DIGITS}(?:\.(?:${DIGITS})?)?${exponent('eE')}`

/** A number that starts with a digit, with the letters that turn it into a name, if any follow. */
const NUMBER = new RegExp(String.raw`(?:${HEX}|${BINARY}|${DECIMAL})\w*`, 'y')
/** What follows the dot of `tuple.1`. */
const MEMBER = new RegExp(String.raw`${DIGITS}\w*`, 'y')
/** `.5`. */
const FRACTION = new RegExp(String.raw`\.(?:${DIGITS})?${exponent('eE')}`, 'y')
const NUMBER_ALONE = new RegExp(`^(?:${HEX}|${BINARY}|${DECIMAL})$`)

/** What stands before, as far as it decides whether a dot begins a number. */
export type Before = 'nothing' | 'operand' | 'dot' | 'other'

/** Where a number ends, and whether it is one: `1abc` is a name, `1.5abc` an error. */
export interface NumberFound {
  readonly kind: 'number' | 'word' | 'symbol'
  readonly end: number
}

const endOf = (pattern: RegExp, text: string, start: number): number => {
  pattern.lastIndex = start
  return pattern.test(text) ? pattern.lastIndex : start
}

/** Reads a number as ClickHouse's Lexer.cpp does: what it leaves over decides what comes next. */
export const numberAt = (text: string, start: number, before: Before): NumberFound | undefined => {
  if (text[start] === '.') return fractionAt(text, start, before)
  const end = endOf(before === 'dot' ? MEMBER : NUMBER, text, start)
  if (end === start) return undefined
  const found = text.slice(start, end)
  if (NUMBER_ALONE.test(found)) return { kind: 'number', end }
  return { kind: /^\w+$/.test(found) ? 'word' : 'symbol', end }
}

const fractionAt = (text: string, start: number, before: Before): NumberFound | undefined => {
  const isFraction = /\d/.test(text[start + 1] ?? '') && before !== 'operand'
  if (before !== 'nothing' && !isFraction) return undefined
  return { kind: 'number', end: endOf(FRACTION, text, start) }
}
