import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import {
  answerWith,
  choiceOf,
  contentHashOf,
  inputTextOf,
  parseAssistantMessage,
  requestHashOf,
  workloadOf,
} from './index.ts'
import { answer, call, requestOf, responseOf, user } from './testing.ts'

describe('the workload', () => {
  const request = requestOf({
    messages: [{ role: 'system', content: 'Triage.' }, user('hi')],
    metadata: { workload: 'from-metadata' },
    workload_id: 'from-blueprint',
  })
  test('is the header, the metadata, the blueprint’s id, in this order', () => {
    expect(workloadOf({ header: 'from-header', request })).toBe('from-header')
    expect(workloadOf({ header: ' ', request })).toBe('from-metadata')
    expect(workloadOf({ request: { ...request, metadata: {} } })).toBe('from-blueprint')
  })
  test('else derives from the system prompt and the tools, not from what a user says', () => {
    const bare = { ...request, metadata: {}, workloadId: '' }
    const other = requestOf({ messages: [{ role: 'system', content: 'Triage.' }, user('bye')] })
    const another = requestOf({ messages: [{ role: 'system', content: 'Sum up.' }, user('hi')] })
    expect(workloadOf({ request: bare })).toMatch(/^auto-[0-9a-f]{12}$/)
    expect(workloadOf({ request: other })).toBe(workloadOf({ request: bare }))
    expect(workloadOf({ request: another })).not.toBe(workloadOf({ request: bare }))
  })
  test('that a stranger names is bounded and has no control characters', () => {
    const name = workloadOf({ header: `a\n\u0000\u202eb${'x'.repeat(9999)}`, request })
    expect(name).toHaveLength(128)
    expect(name).toMatch(/^abx+$/)
  })
})

describe('what a student reads', () => {
  test('is the conversation without the instructions', () => {
    const request = requestOf({
      messages: [
        { role: 'system', content: 'Secret rules' },
        user('Where is it?'),
        { role: 'assistant', tool_calls: [call('find', { id: 1 })] },
        { role: 'tool', tool_call_id: 'c1', content: 'Shelf 3' },
      ],
    })
    expect(inputTextOf(request)).toBe('Where is it?\nfind({"id":1})\nShelf 3')
  })
  test('is bounded: the newest stays, a long message keeps its beginning', () => {
    const messages = [user('old'.repeat(5000)), user(`new${'x'.repeat(40_000)}`)]
    const text = inputTextOf(requestOf({ messages }))
    expect(text).toHaveLength(32_000)
    expect(text).toMatch(/^newx+$/)
  })
  property.prop([fc.array(fc.string({ unit: 'binary', maxLength: 20_000 }), { minLength: 1 })])(
    'never exceeds its bound and is well-formed',
    (contents) => {
      const text = inputTextOf(requestOf({ messages: contents.map(user) }))
      expect(text.length).toBeLessThanOrEqual(32_000)
      expect(text.isWellFormed()).toBe(true)
    },
  )
})

describe('the choice', () => {
  test.each([
    [{ tool_calls: [call('quarantine', '{}')] }, 'quarantine'],
    [{ tool_calls: [call('a', '{}'), call('b', '{}')] }, ''],
    [{ content: ' billing \n' }, 'billing'],
    [{ content: 'one\ntwo' }, ''],
    [{ content: 'x'.repeat(65) }, ''],
    [{ content: null }, ''],
  ])('of an answer: %#', (message, label) => {
    expect(choiceOf(responseOf(answer(message)))).toBe(label)
  })
  test('can be answered again in the production model’s own form', () => {
    const { tools } = requestOf({
      messages: [user('x')],
      tools: [{ type: 'function', function: { name: 'deliver' } }],
    })
    const called = answerWith({ label: 'deliver', tools, callId: 'call_1' })
    expect(called.tool_calls?.[0]).toMatchObject({ id: 'call_1', type: 'function' })
    expect(choiceOf({ message: called })).toBe('deliver')
    expect(answerWith({ label: 'spam', tools, callId: 'c' }).content).toBe('spam')
  })
})

describe('the hashes', () => {
  const request = requestOf({ model: 'a', messages: [user('Hello  world\r\n')] })
  test('ignore white space, the model and the ids of calls', () => {
    expect(requestHashOf(requestOf({ model: 'b', messages: [user('Hello world')] }))).toBe(
      requestHashOf(request),
    )
    const one = { role: 'assistant', tool_calls: [{ ...call('f', '{}'), id: 'one' }] }
    const two = { role: 'assistant', tool_calls: [{ ...call('f', '{ }'), id: 'two' }] }
    const [left, right] = [one, two].map((message) => parseAssistantMessage(message))
    if (!left || !right || 'fault' in left || 'fault' in right) throw new Error('no message')
    expect(contentHashOf(request, left.message)).toBe(contentHashOf(request, right.message))
  })
  test('tell requests apart by message bounds, roles and tools', () => {
    const variants: unknown[] = [
      { messages: [user('a'), user('b')] },
      { messages: [user('a b')] },
      { messages: [user('ab')] },
      { messages: [{ role: 'system', content: 'a b' }] },
      { messages: [user('a b')], functions: [{ name: 'f' }] },
    ]
    expect(new Set(variants.map((json) => requestHashOf(requestOf(json)))).size).toBe(5)
  })
})
