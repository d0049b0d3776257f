import { crc32 } from 'node:zlib'
import type { RawMessage } from '../broker.ts'

/**
 * A segment is its head (8 bytes of magic, 8 random bytes) and frames: the first 4 of the random bytes, the payload's length and
 * the CRC-32 of random bytes and payload, each 4 bytes, then the payload. The random bytes keep what people wrote from looking
 * like a frame when a reader looks for the next whole one.
 */
const magic = Buffer.from('FWSPILL1')
const nonceBytes = 8
const markBytes = 4
const frameHeadBytes = 12
const headBytes = magic.length + nonceBytes

/** A record in a segment. */
export interface Framed {
  readonly message: RawMessage
  /** When it was written, Unix milliseconds. */
  readonly writtenAtMs: number
  /** Where its frame ends, bytes from the segment's beginning. */
  readonly end: number
}

/** What a segment holds, and how many stretches of it can't be read. */
export interface SegmentContent {
  readonly framed: readonly Framed[]
  /** Stretches whose bytes are not what was written. */
  readonly corrupt: number
  /** 1 where the last frame is not whole, as a killed writer leaves it. */
  readonly torn: number
}

interface Label {
  readonly at: number
  readonly topic: string
  readonly key: string
  /** Whether the key was bytes; it is base64 then. */
  readonly keyBytes?: true
  /** Whether there is no value. */
  readonly empty?: true
  readonly headers: readonly (readonly [name: string, value: string, bytes: 0 | 1])[]
}

const labelOf = ({ topic, key, value, headers = {} }: RawMessage, atMs: number): Label => ({
  at: atMs,
  topic,
  ...(typeof key === 'string' ? { key } : { key: key.toString('base64'), keyBytes: true }),
  ...(value === null ? { empty: true } : {}),
  headers: Object.entries(headers).map(([name, given]) =>
    typeof given === 'string' ? [name, given, 0] : [name, given.toString('base64'), 1],
  ),
})

const bytesOrText = (text: string, isBytes: boolean): Buffer | string =>
  isBytes ? Buffer.from(text, 'base64') : text

const messageOf = ({ topic, key, keyBytes, empty, headers }: Label, value: Buffer): RawMessage => ({
  topic,
  key: bytesOrText(key, keyBytes === true),
  value: empty === true ? null : value,
  headers: Object.fromEntries(
    headers.map(([name, given, isBytes]) => [name, bytesOrText(given, isBytes === 1)]),
  ),
})

/** The first bytes of a segment. */
export const segmentHead = (nonce: Buffer): Buffer => Buffer.concat([magic, nonce])

/** How many random bytes a segment needs. */
export const segmentNonceBytes = nonceBytes

/** A segment's random bytes. */
export const nonceOf = (segment: Buffer): Buffer => segment.subarray(magic.length, headBytes)

/** A record as a frame of the segment with this nonce. */
export const frameOf = (message: RawMessage, atMs: number, nonce: Buffer): Buffer => {
  const label = Buffer.from(JSON.stringify(labelOf(message, atMs)))
  const labelBytes = Buffer.alloc(4)
  labelBytes.writeUInt32LE(label.length)
  const payload = Buffer.concat([labelBytes, label, message.value ?? Buffer.alloc(0)])
  const head = Buffer.alloc(frameHeadBytes)
  nonce.copy(head, 0, 0, markBytes)
  head.writeUInt32LE(payload.length, 4)
  head.writeUInt32LE(crc32(payload, crc32(nonce)), 8)
  return Buffer.concat([head, payload])
}

const frameAt = (bytes: Buffer, at: number, nonce: Buffer): Framed | undefined => {
  const start = at + frameHeadBytes
  if (start > bytes.length || nonce.compare(bytes, at, at + markBytes, 0, markBytes) !== 0) return
  const end = start + bytes.readUInt32LE(at + 4)
  if (end > bytes.length) return
  const payload = bytes.subarray(start, end)
  if (crc32(payload, crc32(nonce)) !== bytes.readUInt32LE(at + 8)) return
  const valueAt = 4 + payload.readUInt32LE(0)
  const label: Label = JSON.parse(payload.toString('utf8', 4, valueAt))
  return { message: messageOf(label, payload.subarray(valueAt)), writtenAtMs: label.at, end }
}

/** The next whole frame at or after a place; undefined where there is none. */
const nextFrame = (bytes: Buffer, from: number, nonce: Buffer): Framed | undefined => {
  const mark = nonce.subarray(0, markBytes)
  for (let at = bytes.indexOf(mark, from); at !== -1; at = bytes.indexOf(mark, at + 1)) {
    const framed = frameAt(bytes, at, nonce)
    if (framed !== undefined) return framed
  }
  return undefined
}

/** Reads a segment as far as it is whole; leaves out what is not, and goes on behind it. */
export const readSegment = (bytes: Buffer): SegmentContent => {
  if (bytes.length < headBytes) return { framed: [], corrupt: 0, torn: bytes.length > 0 ? 1 : 0 }
  if (magic.compare(bytes, 0, magic.length) !== 0) return { framed: [], corrupt: 1, torn: 0 }
  const nonce = nonceOf(bytes)
  const framed: Framed[] = []
  let corrupt = 0
  let at = headBytes
  while (at < bytes.length) {
    const whole = frameAt(bytes, at, nonce)
    const found = whole ?? nextFrame(bytes, at + 1, nonce)
    if (found === undefined) return { framed, corrupt, torn: 1 }
    if (whole === undefined) corrupt += 1
    framed.push(found)
    at = found.end
  }
  return { framed, corrupt, torn: 0 }
}
