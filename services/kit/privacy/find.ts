import { emailRule } from './email.ts'
import type { Finding } from './finding.ts'
import { ipv6Rule } from './ip.ts'
import { numberRule } from './number.ts'
import type { Rule, Scan } from './scan.ts'
import { cloudKeyRule, jwtRule, prefixedSecretRule } from './secret.ts'

const triggers: readonly (readonly [characters: string, rule: Rule])[] = [
  ['@', emailRule],
  ['0123456789', numberRule],
  [':', ipv6Rule],
  ['-_', prefixedSecretRule],
  ['J', jwtRule],
  ['I', cloudKeyRule],
]

const ruleOf: (Rule | undefined)[] = new Array<Rule | undefined>(128).fill(undefined)
for (const [characters, rule] of triggers) {
  for (const character of characters) ruleOf[character.charCodeAt(0)] = rule
}

/**
 * Finds e-mail addresses, phone numbers, payment cards, IP addresses and secrets in plain text.
 *
 * @param text - any text; escapes in it are not decoded (see `redactJson`)
 * @param context - what stood before the text, such as a JSON key: `phone` makes a bare number a phone
 * @returns findings in order, never overlapping, in UTF-16 offsets; takes time linear in the text
 */
export const findPii = (text: string, context = ''): Finding[] => {
  const scan: Scan = { text, context, findings: [], floor: 0, phoneChecks: 0 }
  const { length } = text
  for (let at = 0; at < length; ) {
    const code = text.charCodeAt(at)
    const rule = code < 128 ? ruleOf[code] : undefined
    at = rule === undefined ? at + 1 : rule(scan, at)
  }
  return scan.findings
}
