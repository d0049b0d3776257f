import { test } from '@fast-check/vitest'
import fc from 'fast-check'
import { expect } from 'vitest'
import { findPii } from './find.ts'
import { mayContainEscaped, mayContainPii } from './prefilter.ts'
import { redactText } from './redact.ts'
import { redactJson } from './redact-json.ts'
import { nearlyPii } from './testing.ts'

const suspects = (text: string): boolean => mayContainPii(Buffer.from(text))

test.prop([nearlyPii], { numRuns: 10_000 })('no suspicion means that no rule matches', (text) => {
  if (suspects(text)) return
  expect(findPii(text)).toEqual([])
  expect(redactText(text).text).toBe(text)
  expect(redactJson(text).text).toBe(text)
})

test.prop([fc.jsonValue({ stringUnit: 'binary' }), nearlyPii, fc.nat(5)], { numRuns: 10_000 })(
  'no suspicion in JSON bytes means that no decoded string holds a finding',
  (filler, text, depth) => {
    let json = JSON.stringify([{ phone: text, filler }, text])
    for (let level = 0; level < depth; level++) json = JSON.stringify({ arguments: json })
    if (!suspects(json)) expect(redactJson(json).text).toBe(json)
  },
)

test.prop([nearlyPii, nearlyPii, nearlyPii])(
  'it looks at its own range only',
  (left, text, right) => {
    const before = Buffer.from(left)
    const middle = Buffer.from(text)
    const all = Buffer.concat([before, middle, Buffer.from(right)])
    expect(mayContainPii(all, before.length, before.length + middle.length)).toBe(suspects(text))
  },
)

const sameAsPatterns = (text: string): void => {
  const bytes = Buffer.from(text)
  if (bytes.byteLength >= 5) expect(mayContainPii(bytes)).toBe(mayContainEscaped(bytes))
}

test.prop([nearlyPii], { numRuns: 20_000 })(
  'the walk suspects what the patterns do',
  sameAsPatterns,
)

const edges = fc.array(
  fc.constantFrom(
    ...[
      '1',
      '23',
      '456',
      '.',
      '+',
      '(',
      ' ',
      '-',
      ':',
      'a',
      'ey',
      'J',
      'AKIA',
      'AIza',
      'sk_',
      'é',
      '--B',
    ],
  ),
  { maxLength: 30 },
)

test.prop([edges.map((parts) => parts.join(''))], { numRuns: 20_000 })(
  'so it does where runs of digits, gaps and groups begin and end',
  sameAsPatterns,
)

test.each([
  '{"model":"gpt-4.1","created":1715512345,"choices":[{"index":0}],"usage":{"total_tokens":812}}',
  'Meet on 2024-05-12, room 4711, version 1.2.3, from 10:30:00 to 12:45:00.',
  '{"id":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","text":"caf\\u00e9 \\u2013 fine"}',
  'snake_case and kebab-case, 3.14159, 1,000,000 and #4711',
])('ordinary text raises no suspicion: %j', (text) => {
  expect(suspects(text)).toBe(false)
})

test('a word before the range makes no number in it a phone', () => {
  const bytes = Buffer.from('phone 4155550132')
  expect(mayContainPii(bytes)).toBe(true)
  expect(mayContainPii(bytes, 6)).toBe(false)
})

test('the shortest address is not too short to be seen', () => {
  expect(findPii('000::')).toHaveLength(1)
  expect(mayContainPii(Buffer.from('000::'))).toBe(true)
})
