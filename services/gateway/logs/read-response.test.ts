import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { chatChunks, chatResponse, eventStreamOf, parseChatResponse } from '#kit'
import { type Answer, readResponse } from './read-response.ts'

const read = (given: unknown): Answer => {
  const answer = readResponse(given, () => 7)
  if ('fault' in answer) throw new Error(answer.fault)
  return answer
}

const call = fc.record({
  id: fc.string({ minLength: 1, maxLength: 8 }),
  type: fc.constant('function' as const),
  function: fc.record({
    name: fc.string({ minLength: 1, maxLength: 9 }),
    arguments: fc.json(),
  }),
})
const answers = fc
  .record({
    content: fc.option(fc.string({ unit: 'grapheme', minLength: 1 })),
    calls: fc.array(call, { maxLength: 3 }),
    promptTokens: fc.nat(),
    completionTokens: fc.nat(),
  })
  .map(({ content, calls, promptTokens, completionTokens }) => ({
    id: 'chatcmpl-1',
    model: 'gpt-4o',
    createdAtMs: 1_700_000_000_000,
    message: {
      role: 'assistant' as const,
      content,
      ...(calls.length > 0 && { tool_calls: calls }),
    },
    usage: { promptTokens, completionTokens },
  }))

/** Cuts every delta's text and arguments into single characters, as a model streams them. */
const finely = (completion: Parameters<typeof chatChunks>[0]): readonly unknown[] => {
  const part = (delta: unknown) => ({
    ...{ id: completion.id, model: completion.model, created: completion.createdAtMs / 1000 },
    choices: [{ index: 0, delta, finish_reason: null }],
  })
  const { content, tool_calls: calls = [] } = completion.message
  const words =
    typeof content === 'string' ? content.split('').map((each) => part({ content: each })) : []
  const called = calls.flatMap(({ id, type, function: { name, arguments: given } }, index) => [
    part({ tool_calls: [{ index, id, type, function: { name, arguments: '' } }] }),
    ...given
      .split('')
      .map((each) => part({ tool_calls: [{ index, function: { arguments: each } }] })),
  ])
  return [...words, ...called, ...chatChunks(completion, true).slice(2)]
}

const cutAt = (text: string, cuts: readonly number[]): readonly string[] => {
  const edges = [0, ...cuts.map((cut) => cut % text.length).toSorted((a, b) => a - b), text.length]
  return edges.slice(1).map((end, i) => text.slice(edges[i] ?? 0, end))
}

describe('a stream says what the whole answer says', () => {
  property.prop([answers, fc.array(fc.nat(), { maxLength: 9 })], { numRuns: 60 })(
    'in every form that chunks come in',
    (completion, cuts) => {
      const expected = parseChatResponse(chatResponse(completion))
      const chunks = finely(completion)
      const events = eventStreamOf(chunks)
      const forms: readonly unknown[] = [
        chunks,
        JSON.stringify(chunks),
        chunks.map((chunk) => JSON.stringify(chunk)),
        chunks.map((chunk) => JSON.stringify(chunk)).join('\n'),
        events,
        cutAt(events, cuts),
        events.split('\n'),
        events.trim().split('\n\n'),
        chunks.map((chunk) => `data: ${JSON.stringify(chunk)}`),
        [...chunks, '[DONE]'],
      ]
      for (const form of forms) {
        const { response, stream, trouble } = read(form)
        expect({ response }).toEqual(expected)
        expect([stream, trouble]).toEqual(['complete', ''])
      }
    },
  )
})

const chunk = (content: string, finish: string | null = null, index = 0) => ({
  object: 'chat.completion.chunk',
  choices: [{ index, delta: { content }, finish_reason: finish }],
})

test('a stream that broke off is kept as far as it goes, and says so', () => {
  expect(read([chunk('Hel')])).toMatchObject({
    response: { message: { content: 'Hel' }, usage: { promptTokens: 7, completionTokens: 1 } },
    ...{ stream: 'incomplete', trouble: 'the stream ended before its end' },
  })
  const cut = `data: ${JSON.stringify(chunk('Hel'))}\n\ndata: {"choices":[{"del`
  expect(read(cut)).toMatchObject({ stream: 'incomplete', unreadChunks: 1 })
  expect(read(chunk('Hi', 'stop'))).toMatchObject({ stream: 'complete' })
  expect(read([chunk('Hi', 'stop'), { odd: 1 }])).toMatchObject({
    ...{ stream: 'incomplete', trouble: 'a part of the stream could not be read' },
  })
  expect(read([chunk('a', 'stop'), chunk('b', null, 1)]).stream).toBe('incomplete')
})

test('an error in a stream, or in place of an answer, is told', () => {
  expect(read([chunk('Hel'), { error: { message: 'overloaded' } }])).toMatchObject({
    ...{ trouble: 'overloaded', stream: 'incomplete' },
    response: { message: { content: 'Hel' } },
  })
  expect(read({ error: { message: 'rate limit' } })).toMatchObject({
    ...{ text: '', trouble: 'rate limit', stream: '' },
  })
})

test('calls without a name, and streams without a chunk, are kept with a mark', () => {
  const nameless = {
    choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '{}' } }] } }],
  }
  expect(read([nameless])).toMatchObject({ response: undefined, stream: 'incomplete' })
  expect(read([nameless]).text).toContain('tool_calls')
  for (const given of [[], [1], 'data: {rubbish', ['data: x\n\n']])
    expect(read(given)).toMatchObject({ text: '', response: undefined, stream: 'unreadable' })
})

test('the first tool interface streams too', () => {
  const part = (called: object) => ({ choices: [{ delta: { function_call: called } }] })
  expect(
    read([part({ name: 'deliver' }), part({ arguments: '{"a"' }), part({ arguments: ':1}' })])
      .response,
  ).toMatchObject({
    message: { tool_calls: [{ function: { name: 'deliver', arguments: '{"a":1}' } }] },
  })
})

test.each([['hello'], [7], [{}], [{ choices: [] }], ['{"choices":[{"mess'], [true]])(
  '%j is no response',
  (given) => {
    expect(readResponse(given, () => 0)).toHaveProperty('fault')
  },
)
