import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import type { RawMessage } from '../../broker.ts'
import { checkMessage, sendsOf, sizeBytesOf } from './records.ts'

const sized = (bytes: number): RawMessage => ({ topic: 't', key: 'k', value: Buffer.alloc(bytes) })

property.prop([
  fc.array(fc.nat(5000), { maxLength: 3000 }),
  fc.integer({ min: 6000, max: 50_000 }),
])('sends keep all messages in order, within both limits', (sizes, bytesMax) => {
  const messages = sizes.map(sized)
  const sends = sendsOf(messages, bytesMax)
  expect(sends.flat()).toEqual(messages)
  for (const send of sends) {
    expect(send.length).toBeLessThanOrEqual(1000)
    expect(send.reduce((sum, message) => sum + sizeBytesOf(message), 0)).toBeLessThanOrEqual(
      bytesMax,
    )
  }
})

test('a send holds 1,000 messages at most', () => {
  const sends = sendsOf(
    Array.from({ length: 2500 }, () => sized(1)),
    1e9,
  )
  expect(sends.map(({ length }) => length)).toEqual([1000, 1000, 500])
})

test('a message that is larger than allowed is refused with sizes, not with its content', () => {
  const message = { topic: 't', key: 'secret-key', value: Buffer.from('secret'.repeat(100)) }
  expect(() => checkMessage(message, 500)).toThrow(
    /a message for t has \d+ bytes, more than the 500/,
  )
  expect(() => checkMessage(message, 500)).not.toThrow(/secret/)
  expect(() => checkMessage(message, 5000)).not.toThrow()
})

test('headers count', () => {
  const plain = sizeBytesOf(sized(0))
  const headers = { name: Buffer.alloc(1000) }
  expect(sizeBytesOf({ ...sized(0), headers }) - plain).toBeGreaterThanOrEqual(1004)
})
