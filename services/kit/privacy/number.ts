import { cardEnd } from './card.ts'
import { DIGIT, isIn, LETTER, skipClass } from './chars.ts'
import { ipv4End } from './ip.ts'
import { phoneAt } from './phone.ts'
import { codeBefore, found, type Rule, type Scan } from './scan.ts'

const DOT = 0x2e
const PLUS = 0x2b
const UNDERSCORE = 0x5f

/** Digits in an identifier (`a1b2`), behind a decimal point or deep in a version are no number. */
const isInside = (scan: Scan, at: number): boolean => {
  const before = codeBefore(scan, at)
  if (isIn(before, LETTER) || before === UNDERSCORE) return true
  return before === DOT && isIn(codeBefore(scan, at - 1), DIGIT)
}

/** Cards, phones and IPv4 addresses, tried at the first digit of every group of digits. */
export const numberRule: Rule = (scan, at) => {
  const { text } = scan
  const groupEnd = skipClass(text, at, DIGIT)
  if (isInside(scan, at)) return groupEnd
  if (text.charCodeAt(groupEnd) === DOT) {
    const end = ipv4End(text, at)
    if (end !== -1) return found(scan, 'ip', at, end)
  }
  const card = codeBefore(scan, at) === PLUS ? -1 : cardEnd(text, at)
  if (card !== -1) return found(scan, 'card', at, card)
  const phone = phoneAt(scan, at)
  return phone === undefined ? groupEnd : found(scan, 'phone', phone.start, phone.end)
}
