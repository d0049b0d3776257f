import { test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { findPii } from './find.ts'
import { placeholders } from './finding.ts'
import { redactText } from './redact.ts'
import { hostileTexts, nearlyPii, withPii } from './testing.ts'

test('each kind has its placeholder and its count', () => {
  expect(
    redactText(
      'jane@example.com, +1 415-555-2671, 4111 1111 1111 1111, 10.0.0.7, AKIAIOSFODNN7EXAMPLE',
    ),
  ).toEqual({
    text: '[EMAIL], [PHONE], [CARD], [IP], [SECRET]',
    counts: { email: 1, phone: 1, card: 1, ip: 1, secret: 1 },
    hits: 5,
  })
})

test('text without a finding comes back as it is', () => {
  expect(redactText('nothing here')).toEqual({
    text: 'nothing here',
    counts: { email: 0, phone: 0, card: 0, ip: 0, secret: 0 },
    hits: 0,
  })
})

test('JSON that was cut off hides nothing behind its escapes', () => {
  expect(redactText('{"a":"mail\\njane@example.com').text).not.toContain('jane')
  expect(redactText('{"a":"jane\\u0040example.com').text).toBe('{"a":"[EMAIL]')
  expect(redactText('{"a":"x\\nsk-Zx81b2C3d4E5f6G7h8I9').text).toBe('{"a":"x\\n[SECRET]')
})

test.prop([nearlyPii], { numRuns: 5000 })('findings are in order and never overlap', (text) => {
  let floor = 0
  for (const { start, end } of findPii(text)) {
    expect(start).toBeGreaterThanOrEqual(floor)
    expect(end).toBeGreaterThan(start)
    floor = end
  }
  expect(floor).toBeLessThanOrEqual(text.length)
})

test.prop([nearlyPii], { numRuns: 5000 })('counts are the placeholders in the text', (text) => {
  const { text: clean, counts } = redactText(text)
  for (const [type, placeholder] of Object.entries(placeholders)) {
    const added = clean.split(placeholder).length - text.split(placeholder).length
    expect(counts).toHaveProperty(type, added)
  }
})

test.prop([withPii], { numRuns: 5000 })('what was redacted once has nothing left', (text) => {
  expect(findPii(redactText(text).text)).toEqual([])
})

/** Reads of single characters, counted: the cost of a pass without a clock. */
const readsOf = (text: string): number => {
  const { charCodeAt } = String.prototype
  let reads = 0
  String.prototype.charCodeAt = function counted(this: string, at: number): number {
    reads++
    return charCodeAt.call(this, at)
  }
  try {
    findPii(text)
    return reads
  } finally {
    String.prototype.charCodeAt = charCodeAt
  }
}

test.each(hostileTexts.map((text) => [text.slice(0, 27), text] as const))(
  'a hostile text of %j takes linear time',
  (_, text) => {
    const short = readsOf(text.slice(0, text.length / 4))
    const long = readsOf(text)
    expect(long).toBeLessThan(60 * text.length)
    expect(long).toBeLessThanOrEqual(4.4 * short + 1000)
  },
)
