import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { answersByLabel } from './answers.ts'

const said = (content: string) => JSON.stringify({ role: 'assistant', content })
const called = (id: string, subject: string) =>
  JSON.stringify({
    role: 'assistant',
    content: null,
    tool_calls: [
      { id, type: 'function', function: { name: 'deliver', arguments: `{"id":"${subject}"}` } },
    ],
  })

describe('a label’s answer', () => {
  test('is the one that was given most often', () => {
    const lines = ['yes', 'Yes.', 'Yes.'].map((content) => ({
      label: 'yes',
      answer: said(content),
    }))
    expect(answersByLabel(lines)).toEqual({ yes: said('Yes.') })
  })

  test('is counted without the ids of its calls, which differ in each, and with their arguments', () => {
    const lines = [called('1', 'a'), called('2', 'b'), called('3', 'b')].map((answer) => ({
      label: 'deliver',
      answer,
    }))
    const chosen = answersByLabel(lines)['deliver'] ?? ''
    expect(JSON.parse(chosen).tool_calls).toEqual([
      { type: 'function', function: { name: 'deliver', arguments: '{"id":"b"}' } },
    ])
  })

  property.prop([
    fc.array(
      fc.record({
        label: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor')),
        answer: fc.constantFrom('a', 'b', 'c').map(said),
      }),
    ),
    fc.nat(),
  ])('does not depend on the order of the lines, and is one of its own', (lines, turn) => {
    const answers = answersByLabel(lines)
    const at = turn % Math.max(1, lines.length)
    expect(answersByLabel([...lines.slice(at), ...lines.slice(0, at)])).toEqual(answers)
    expect(new Set(Object.keys(answers))).toEqual(new Set(lines.map(({ label }) => label)))
    for (const [label, answer] of Object.entries(answers))
      expect(lines).toContainEqual({ label, answer })
  })
})
