import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import type { RawMessage } from '../broker.ts'
import { frameOf, readSegment, segmentHead } from './frames.ts'

const nonce = Buffer.from('a1b2c3d4e5f60718', 'hex')
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const bytes = fc.uint8Array({ maxLength: 60 }).map((each) => Buffer.from(each))
const aMessage: fc.Arbitrary<RawMessage> = fc.record({
  topic: text,
  key: fc.oneof(text, bytes),
  value: fc.oneof(bytes, fc.constant(null)),
  headers: fc.dictionary(fc.string({ maxLength: 8 }), fc.oneof(text, bytes), {
    noNullPrototype: true,
  }),
})
const messages = fc.array(aMessage, { minLength: 1, maxLength: 8 })

const segmentOf = (given: readonly RawMessage[]): Buffer =>
  Buffer.concat([segmentHead(nonce), ...given.map((each, index) => frameOf(each, index, nonce))])

const read = (segment: Buffer) => readSegment(segment).framed.map(({ message }) => message)

describe('a segment', () => {
  test.prop([messages])('gives back what was written, with its times', (given) => {
    const content = readSegment(segmentOf(given))
    expect(content.framed.map(({ message }) => message)).toEqual(given)
    expect(content.framed.map(({ writtenAtMs }) => writtenAtMs)).toEqual(given.map((_, at) => at))
    expect(content).toMatchObject({ corrupt: 0, torn: 0 })
  })

  test.prop([messages, fc.nat()])(
    'cut anywhere, gives what is whole and counts the rest',
    (given, cut) => {
      const whole = segmentOf(given)
      const segment = whole.subarray(0, cut % whole.length)
      const content = readSegment(segment)
      const ends = readSegment(whole).framed.map(({ end }) => end)
      const complete = ends.filter((end) => end <= segment.length).length
      expect(content.framed.map(({ message }) => message)).toEqual(given.slice(0, complete))
      const atAnEnd = [0, 16, ...ends].includes(segment.length)
      expect(content).toMatchObject({ corrupt: 0, torn: atAnEnd ? 0 : 1 })
    },
  )

  test.prop([messages, fc.nat(), fc.integer({ min: 0, max: 7 })])(
    'with a bit flipped, loses one record at most, makes none up, and counts it',
    (given, place, bit) => {
      const segment = segmentOf(given)
      const at = 16 + (place % (segment.length - 16))
      segment.writeUInt8(segment.readUInt8(at) ^ (1 << bit), at)
      const ends = readSegment(segmentOf(given)).framed.map(({ end }) => end)
      const hit = ends.findIndex((end) => at < end)
      expect(read(segment)).toEqual(given.filter((_, index) => index !== hit))
      const { corrupt, torn } = readSegment(segment)
      expect(corrupt + torn).toBe(1)
    },
  )

  test('is no segment without its magic', () => {
    expect(readSegment(Buffer.alloc(100))).toEqual({ framed: [], corrupt: 1, torn: 0 })
  })
})
