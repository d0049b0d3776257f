import { endOfMatch } from './scan.ts'

const grouped =
  '\\d{4}([ \\u00a0-])\\d{4}\\1\\d{4}\\1\\d{1,4}(?:\\1\\d{1,3})?|\\d{4}([ \\u00a0-])\\d{6}\\2\\d{4,5}'
const pattern = new RegExp(`(?:\\d{13,19}|${grouped})(?![\\w]|\\.\\d)`, 'y')

/** Issuer prefixes and lengths in digits (ISO/IEC 7812-1 and the schemes' own tables). */
const issuers: readonly (readonly [prefix: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:0[0-5]|[689])/, [14, 15, 16, 17, 18, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(?:6011|64[4-9]|65|62)/, [16, 17, 18, 19]],
  [/^(?:5018|5020|5038|5893|6304|6759|676[1-3])/, [13, 14, 15, 16, 17, 18, 19]],
]

/** The check of ISO/IEC 7812-1 annex B: doubled every second digit from the right, sum ends in 0. */
const passesLuhn = (digits: string): boolean => {
  let sum = 0
  for (let at = digits.length - 1, doubled = false; at >= 0; at--, doubled = !doubled) {
    const digit = digits.charCodeAt(at) - 0x30
    const weighed = doubled ? digit * 2 : digit
    sum += weighed > 9 ? weighed - 9 : weighed
  }
  return sum % 10 === 0
}

const isCard = (candidate: string): boolean => {
  const digits = candidate.replace(/\D/g, '')
  const issued = issuers.some(
    ([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits),
  )
  return issued && passesLuhn(digits)
}

/**
 * The end of a payment card number at `at`, or -1: in one piece or in the groups that cards are
 * printed in, of an issuer's prefix and length, and passing Luhn. All three hold for about one
 * random 16-digit number in forty, so an order number is seldom taken for a card. A last group that
 * spoils the number (a security code behind it) is left out.
 */
export const cardEnd = (text: string, at: number): number => {
  const end = endOfMatch(pattern, text, at)
  if (end === -1) return -1
  const candidate = text.slice(at, end)
  if (isCard(candidate)) return end
  const shorter = candidate.replace(/\D\d+$/, '')
  return shorter.length < candidate.length && isCard(shorter) ? at + shorter.length : -1
}
