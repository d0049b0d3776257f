import { test } from '@fast-check/vitest'
import fc from 'fast-check'
import { expect } from 'vitest'
import { answerHead, framesOf, requestHead } from './frames.ts'

const frame = (body: Uint8Array): Buffer => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 })

test.prop([bodies, fc.integer({ min: 1, max: 50 })])(
  'frames come out whole, however the bytes were cut',
  async (given, step) => {
    const frames = given.map(frame)
    const bytes = Buffer.concat(frames)
    async function* chunks() {
      for (let from = 0; from < bytes.length; from += step) yield bytes.subarray(from, from + step)
    }
    const found: Buffer[] = []
    for await (const one of framesOf(chunks())) found.push(Buffer.from(one))
    expect(found).toEqual(frames)
  },
)

test('a request tells what it asks, and its answer whom it answers', () => {
  const request = Buffer.alloc(8)
  request.writeInt16BE(8, 0)
  request.writeInt32BE(77, 4)
  expect(requestHead(frame(request))).toEqual({ api: 'offsetCommit', correlation: 77 })
  const answer = Buffer.alloc(4)
  answer.writeInt32BE(77)
  expect(answerHead(frame(answer))).toBe(77)
})
