import { test } from '@fast-check/vitest'
import fc from 'fast-check'
import { expect } from 'vitest'
import { redactText } from './redact.ts'
import { redactJson } from './redact-json.ts'
import { hostileTexts, nearlyPii, withPii } from './testing.ts'

const clean = (text: string): string => redactJson(text).text

test('string values are redacted, keys and layout stay', () => {
  expect(clean('{ "email": "jane@example.com",\n  "n": 1.50 }')).toBe(
    '{ "email": "[EMAIL]",\n  "n": 1.50 }',
  )
})

test('escapes hide nothing', () => {
  expect(
    clean('["jane\\u0040example.com","jane@\\u0065xample.com","a\\njane@example.com\\/x"]'),
  ).toBe('["[EMAIL]","[EMAIL]","a\\n[EMAIL]/x"]')
})

test('tool-call arguments stay JSON in a string', () => {
  const call = { name: 'send', arguments: JSON.stringify({ to: 'jane@example.com', n: [1, '😀'] }) }
  const { text, counts } = redactJson(JSON.stringify({ tool_calls: [{ function: call }] }))
  const parsed = JSON.parse(text) as { tool_calls: [{ function: { arguments: string } }] }
  expect(JSON.parse(parsed.tool_calls[0].function.arguments)).toEqual({
    to: '[EMAIL]',
    n: [1, '😀'],
  })
  expect(counts.email).toBe(1)
})

test('a bare number that is a card, or a phone by its key, becomes a string', () => {
  expect(
    clean('{"card":4111111111111111,"phone":4155552671,"orderId":4155552671,"n":-4155552671}'),
  ).toBe('{"card":"[CARD]","phone":"[PHONE]","orderId":4155552671,"n":-4155552671}')
})

test('a key that is personal data itself goes too, and no two keys become one', () => {
  expect(clean('{"a@example.com":1,"b@example.com":2}')).toBe('{"[EMAIL]":1,"[EMAIL]#2":2}')
})

test('JSON lines and event streams are redacted line by line, other text as text', () => {
  expect(clean('data: {"a":"x\\u0040example.com"}\n\ndata: [DONE]\nx@example.com {')).toBe(
    'data: {"a":"[EMAIL]"}\n\ndata: [DONE]\n[EMAIL] {',
  )
  expect(clean('')).toBe('')
})

const leaf = fc.oneof(withPii, nearlyPii, fc.integer(), fc.boolean(), fc.constant(null))
const key = fc.stringMatching(/^[k-n]{1,6}$/)
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
  ),
}))

const opensNested = /^\s*["[{]/
const redactedOf = (value: unknown): unknown => {
  if (typeof value === 'string') return redactText(value).text
  if (Array.isArray(value)) return value.map(redactedOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, redactedOf(inner)]))
}
const hasNested = (value: unknown): boolean =>
  typeof value === 'string'
    ? opensNested.test(value)
    : typeof value === 'object' && value !== null && Object.values(value).some(hasNested)

const escapedStyle = (json: string): string =>
  json.replace(/[@.\-/ ]|[\u0080-\uffff]/g, (character, at: number) => {
    if (at % 3 !== 0 || !/[@\u0080-\uffff]/.test(character)) return character
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })

test.prop([tree], { numRuns: 5000 })(
  'parsed again, JSON is the value with its strings redacted',
  (value) => {
    fc.pre(!hasNested(value))
    const expected = JSON.stringify(redactedOf(value))
    const json = JSON.stringify(value)
    expect(JSON.stringify(JSON.parse(clean(json)))).toBe(expected)
    expect(JSON.stringify(JSON.parse(clean(JSON.stringify(value, null, 2))))).toBe(expected)
    expect(JSON.stringify(JSON.parse(clean(escapedStyle(json))))).toBe(expected)
  },
)

test.prop([tree, fc.integer({ min: 1, max: 4 })], { numRuns: 2000 })(
  'JSON in a string, however deep, is redacted as JSON',
  (value, depth) => {
    fc.pre(!hasNested(value) && typeof value === 'object')
    const expected = JSON.stringify(redactedOf(value))
    let json = JSON.stringify(value)
    for (let level = 0; level < depth; level++) json = JSON.stringify({ inner: json })
    let result: unknown = JSON.parse(clean(json))
    for (let level = 0; level < depth; level++) {
      result = JSON.parse((result as { inner: string }).inner)
    }
    expect(JSON.stringify(result)).toBe(expected)
  },
)

test.prop([fc.jsonValue()])('JSON without a finding keeps every byte', (value) => {
  const json = JSON.stringify(value, null, 1)
  const { text, hits } = redactJson(json)
  if (hits === 0) expect(text).toBe(json)
  expect(() => JSON.parse(text)).not.toThrow()
})

test.each(hostileTexts.map((text) => [text.slice(0, 27), text.slice(0, 256 * 1024)] as const))(
  'a hostile text of %j comes to an end, in a string too',
  (_, text) => {
    expect(typeof clean(text)).toBe('string')
    expect(typeof JSON.parse(clean(JSON.stringify([text])))).toBe('object')
  },
)
