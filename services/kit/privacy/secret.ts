import { isIn, LETTER, TOKEN } from './chars.ts'
import { codeBefore, endOfMatch, found, type Rule, type Scan } from './scan.ts'

/** What stands before the first `-` or `_` of a known kind of key; the prefilter derives from it. */
export const secretHeads: readonly string[] = [
  ...['sk', 'rk', 'ghp', 'gho', 'ghu', 'ghs', 'ghr', 'github', 'glpat'],
  ...['xoxa', 'xoxb', 'xoxe', 'xoxp', 'xoxr', 'xoxs', 'hf', 'npm', 'nvapi', 'pypi', 'dop'],
]
const heads = new Set(secretHeads)
const headLengthMax = Math.max(...secretHeads.map((head) => head.length))

const prefixed =
  /(?:sk-|[rs]k_(?:live|test)_|gh[opusr]_|github_pat_|glpat-|xox[abeprs]-|hf_|npm_|nvapi-|pypi-|dop_v1_)(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}/y
const jwt = /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/y
const awsKeyId = /A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])/y
const googleKey = /AIza[A-Za-z0-9_-]{35}/y
const pemBegin = /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----/y
const pemEnd = '-----END'
const pemTailLength = 64

const isBoundary = (scan: Scan, at: number): boolean => !isIn(codeBefore(scan, at), TOKEN)

const matchAt = (scan: Scan, pattern: RegExp, start: number, at: number): number => {
  if (start < scan.floor || !isBoundary(scan, start)) return at + 1
  const end = endOfMatch(pattern, scan.text, start)
  return end === -1 ? at + 1 : found(scan, 'secret', start, end)
}

/** A private key in PEM form up to its end line, or to the end of the text where that was cut off. */
const pemRule: Rule = (scan, at) => {
  const { text } = scan
  if (endOfMatch(pemBegin, text, at) === -1) return at + 1
  const close = text.indexOf(pemEnd, at + 1)
  if (close === -1) return found(scan, 'secret', at, text.length)
  const tail = text.slice(close + pemEnd.length, close + pemEnd.length + pemTailLength)
  const tailLength = /^[A-Z ]*-----/.exec(tail)?.[0].length ?? 0
  return found(scan, 'secret', at, close + pemEnd.length + tailLength)
}

/** API keys with a known prefix and a digit, around their first `-` or `_`. */
export const prefixedSecretRule: Rule = (scan, at) => {
  if (scan.text.startsWith('-----B', at)) return pemRule(scan, at)
  const lowest = Math.max(scan.floor, at - headLengthMax)
  let start = at
  while (start > lowest && isIn(scan.text.charCodeAt(start - 1), LETTER)) start--
  if (!heads.has(scan.text.slice(start, at))) return at + 1
  return matchAt(scan, prefixed, start, at)
}

/** JSON Web Tokens (RFC 7519): their header begins with `{"`, in base64url `eyJ`. */
export const jwtRule: Rule = (scan, at) =>
  scan.text.startsWith('eyJ', at - 2) ? matchAt(scan, jwt, at - 2, at) : at + 1

/** Access key ids of AWS and API keys of Google, around their `I`. */
export const cloudKeyRule: Rule = (scan, at) => {
  const { text } = scan
  if (text.startsWith('Iza', at)) return matchAt(scan, googleKey, at - 1, at)
  return text.startsWith('IA', at) ? matchAt(scan, awsKeyId, at - 2, at) : at + 1
}
