import { code, digitsMin, hasPlus, isHex, passUpTo, readRun } from './digit-runs.ts'
import { secretHeads } from './secret.ts'

/** What a walk over bytes can end with. */
export type Walk = 'clean' | 'suspicious' | 'escaped'

/**
 * Asked for each run of seven digits and more, `bytes[start, end)`, in a text that begins at `textStart`; true when it may be,
 * or hold, something personal.
 */
export type JudgeRun = (bytes: Buffer, start: number, end: number, textStart: number) => boolean

/** What a look at one place says: where the walk goes on, or one of these. */
const suspicious = -1
const escaped = -2

type Look = (bytes: Buffer, at: number, end: number, start: number, judge: JudgeRun) => number

const [colon, backslash, dash, letterA] = [code(':'), code('\\'), code('-'), code('A')]

const lookAtDigit: Look = (bytes, at, end, start, judge) => {
  const { digits, end: runEnd, isAddress: found } = readRun(bytes, at, end)
  if (found) return suspicious
  if (digits < digitsMin) return runEnd
  return hasPlus(bytes, at, start) || judge(bytes, at, runEnd, start) ? suspicious : runEnd
}

/** `::`, or six groups of an IPv6 address: `:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){5}`. */
const lookAtColon: Look = (bytes, at, end) => {
  if (at + 1 < end && bytes[at + 1] === colon) return suspicious
  let next = at
  for (let groups = 0; groups < 6; groups++) {
    if (next >= end || bytes[next] !== colon) return at + 1
    const after = passUpTo(bytes, next + 1, end, 4, isHex)
    if (after === next + 1) return at + 1
    next = after
  }
  return suspicious
}

/** Eight in a row are text nested deeper than it is worth looking into; `\u` and `\/` may hide what a walk looks for. */
const lookAtBackslash: Look = (bytes, at, end) => {
  const next = passUpTo(bytes, at, end, 8, (byte) => byte === backslash)
  if (next - at === 8) return suspicious
  const after = next < end ? bytes[next] : undefined
  return after === code('u') || after === code('/') ? escaped : next
}

const headLengthMax = Math.max(...secretHeads.map((head) => head.length))
/** The last two letters of each head, as one number. */
const headEnds = new Uint8Array(1 << 16)
for (const head of secretHeads)
  headEnds[(code(head.at(-2) ?? '') << 8) | code(head.at(-1) ?? '')] = 1

const endsInHead = (bytes: Buffer, at: number, start: number): boolean => {
  if (at - start < 2) return false
  const pair = ((bytes[at - 2] as number) << 8) | (bytes[at - 1] as number)
  if (headEnds[pair] === 0) return false
  const before = bytes.toString('latin1', Math.max(start, at - headLengthMax), at)
  return secretHeads.some((head) => before.endsWith(head))
}

const lookAtDash: Look = (bytes, at, end, start) => {
  if (endsInHead(bytes, at, start)) return suspicious
  const opensKey = at + 2 < end && bytes[at + 1] === dash && bytes[at + 2] === code('B')
  return opensKey && bytes[at] === dash ? suspicious : at + 1
}

const lookAtJ: Look = (bytes, at, _end, start) =>
  at - start >= 2 && bytes[at - 1] === code('y') && bytes[at - 2] === code('e')
    ? suspicious
    : at + 1

/** `AIza`, `AKIA` and `ASIA`, at their `I`. */
const lookAtI: Look = (bytes, at, end, start) => {
  const before = at > start ? bytes[at - 1] : undefined
  const after = at + 1 < end ? bytes[at + 1] : undefined
  if (before === letterA) {
    return after === code('z') && at + 2 < end && bytes[at + 2] === code('a') ? suspicious : at + 1
  }
  const isKeyId = (before === code('K') || before === code('S')) && after === letterA
  return isKeyId && at - start >= 2 && bytes[at - 2] === letterA ? suspicious : at + 1
}

const looks: readonly (readonly [characters: string, look: Look])[] = [
  ['@', () => suspicious],
  ['0123456789', lookAtDigit],
  [':', lookAtColon],
  ['\\', lookAtBackslash],
  ['-_', lookAtDash],
  ['J', lookAtJ],
  ['I', lookAtI],
]

const passOne: Look = (_bytes, at) => at + 1
const looksByNumber: readonly Look[] = [passOne, ...looks.map(([, look]) => look)]

/** The number of each byte's look; 0 for the bytes that say nothing. */
const lookNumbers = new Uint8Array(256)
looks.forEach(([characters], index) => {
  for (const character of characters) lookNumbers[code(character)] = index + 1
})

/** Whether either of two bytes has a look, by both as one number. */
const pairs = new Uint8Array(1 << 16)
for (let pair = 0; pair < pairs.length; pair++) {
  pairs[pair] = (lookNumbers[pair & 0xff] as number) | (lookNumbers[pair >> 8] as number)
}

/** Passes bytes that say nothing, four at a time: most of a text. */
const passPlain = (view: DataView, from: number, end: number): number => {
  let at = from
  while (at + 4 <= end) {
    const four = view.getUint32(at, true)
    if (((pairs[four & 0xffff] as number) | (pairs[four >>> 16] as number)) !== 0) return at
    at += 4
  }
  return at
}

/**
 * Walks once over UTF-8 text and looks closer only where a byte may belong to a finding. It reads no escapes: where some
 * could hide one, it gives up as `escaped`.
 */
export const walkBytes = (bytes: Buffer, start: number, end: number, judge: JudgeRun): Walk => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = passPlain(view, start, end); at < end; at = passPlain(view, at, end)) {
    const look = looksByNumber[lookNumbers[bytes[at] as number] as number] as Look
    const next = look(bytes, at, end, start, judge)
    if (next < 0) return next === escaped ? 'escaped' : 'suspicious'
    at = next
  }
  return 'clean'
}
