import ipaddr from 'ipaddr.js'
import { HEX, isIn, LETTER } from './chars.ts'
import { codeBefore, endOfMatch, found, type Rule } from './scan.ts'

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const v4 = new RegExp(`${octet}(?:\\.${octet}){3}(?![\\w]|\\.\\d)`, 'y')

/** The end of a dotted IPv4 address at `at`, or -1; five parts or a leading zero make none. */
export const ipv4End = (text: string, at: number): number => endOfMatch(v4, text, at)

const COLON = 0x3a
const DOT = 0x2e
const UNDERSCORE = 0x5f
const v6LengthMax = 45

const isAddress = (code: number): boolean => isIn(code, HEX) || code === COLON || code === DOT

/** Text such as `Ab::C` is an address to a parser; a real one has a digit and a prefix in use. */
const isLikely = (candidate: string): boolean =>
  /\d/.test(candidate) &&
  /^(?:[0-9a-f]{3,4}:|64:ff9b::|::ffff:|(?:[0-9a-f]{1,4}:){7})/i.test(candidate) &&
  ipaddr.IPv6.isValid(candidate)

const startOfRun = (text: string, at: number, floor: number): number => {
  const lowest = Math.max(floor, at - 4)
  let start = at
  while (start > lowest && isIn(text.charCodeAt(start - 1), HEX)) start--
  return start
}

const isWord = (code: number): boolean => isIn(code, HEX | LETTER) || code === UNDERSCORE

const endOfRun = (text: string, at: number): number => {
  const highest = at + v6LengthMax + 2
  let end = at
  while (end < highest && isAddress(text.charCodeAt(end))) end++
  return end
}

/** Drops the full stop or the colon that ends a sentence or a label, not an address. */
const trimmedEnd = (text: string, start: number, end: number): number => {
  let last = end
  while (last > start && text.charCodeAt(last - 1) === DOT) last--
  const single = text.charCodeAt(last - 1) === COLON && text.charCodeAt(last - 2) !== COLON
  return single ? last - 1 : last
}

/** An IPv6 address (RFC 4291, its IPv4-mapped forms too) around its first colon. */
export const ipv6Rule: Rule = (scan, at) => {
  const { text } = scan
  let start = startOfRun(text, at, scan.floor)
  const before = codeBefore(scan, start)
  if (before === COLON) return at + 1
  if (isWord(before)) start = at
  if (start === at && text.charCodeAt(at + 1) !== COLON) start = at + 1
  const end = endOfRun(text, at)
  if (end - start > v6LengthMax || isWord(text.charCodeAt(end))) return at + 1
  const last = trimmedEnd(text, start, end)
  return isLikely(text.slice(start, last)) ? found(scan, 'ip', start, last) : at + 1
}
