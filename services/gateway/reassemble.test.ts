import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { chatChunks, eventStreamOf } from '#kit'
import { completionOf, messageOf, reassembler } from './reassemble.ts'

const message = {
  role: 'assistant',
  content: 'grüße 🙂',
  tool_calls: [
    { id: 'call_1', type: 'function', function: { name: 'deliver', arguments: '{"a":1}' } },
  ],
} as const
const completion = {
  id: 'chatcmpl-1',
  model: 'gpt-4o',
  message,
  createdAtMs: 1000,
  usage: { promptTokens: 7, completionTokens: 2 },
}
const whole = Buffer.from(eventStreamOf(chatChunks(completion, true)))

const readIn = (...pieces: readonly Uint8Array[]) => {
  const reading = reassembler()
  const begun = pieces.map((piece) => reading.feed(piece))
  return { begun, result: reading.result() }
}

property.prop([fc.array(fc.nat(whole.length), { maxLength: 20 })])(
  'an answer adds up however its bytes are cut',
  (cuts) => {
    const edges = [0, ...cuts.toSorted((a, b) => a - b), whole.length]
    const pieces = edges.slice(1).map((end, i) => whole.subarray(edges[i] ?? 0, end))
    expect(readIn(...pieces).result).toEqual({
      id: 'chatcmpl-1',
      model: 'gpt-4o',
      createdAtSeconds: 1,
      choices: [{ index: 0, message, finishReason: 'tool_calls' }],
      usage: completion.usage,
      error: '',
      isComplete: true,
      chunks: 4,
      unreadChunks: 0,
    })
  },
)

const data = (value: unknown): Buffer => Buffer.from(`data: ${JSON.stringify(value)}\n\n`)
const delta = (given: unknown) => data({ choices: [{ index: 0, delta: given }] })

test('the first word, not the role, begins the answer', () => {
  const { begun } = readIn(delta({ role: 'assistant' }), delta({ content: 'Hi' }))
  expect(begun).toEqual([false, true])
})

test('parallel calls are told apart by their index, and their arguments come in pieces', () => {
  const call = (index: number, called: unknown, id?: string) =>
    delta({ tool_calls: [{ index, id, function: called }] })
  const { result } = readIn(
    call(0, { name: 'a', arguments: '' }, 'c0'),
    call(1, { name: 'b', arguments: '{"x"' }, 'c1'),
    call(0, { arguments: '{}' }),
    call(1, { arguments: ':2}' }),
  )
  expect(result.choices[0].message.tool_calls).toEqual([
    { id: 'c0', type: 'function', function: { name: 'a', arguments: '{}' } },
    { id: 'c1', type: 'function', function: { name: 'b', arguments: '{"x":2}' } },
  ])
})

test('an error in the stream is told, rubbish is left out and counted', () => {
  const { result } = readIn(
    Buffer.from('data: {rubbish\n\n'),
    data({ error: { message: 'overloaded' } }),
  )
  expect(result).toMatchObject({ error: 'overloaded', isComplete: false, unreadChunks: 1 })
  expect(result.choices).toHaveLength(1)
})

test('every choice is put together, refusals and other words too, and makes a completion', () => {
  const part = (index: number, words: object, finish: string | null = null) =>
    data({ id: 'c', model: 'm', choices: [{ index, delta: words, finish_reason: finish }] })
  const { result } = readIn(
    part(1, { role: 'assistant', refusal: 'I ' }),
    part(0, { reasoning_content: 'Hm.', content: 'Y' }),
    part(1, { refusal: 'will not.' }, 'stop'),
    part(0, { content: 'es' }, 'length'),
  )
  expect(messageOf(result)).toEqual({ role: 'assistant', content: 'Yes' })
  const [first, second] = result.choices
  expect(messageOf({ ...result, choices: [second ?? first] }).content).toBe('I will not.')
  expect(completionOf(result, 'm', { promptTokens: 1, completionTokens: 2 })).toEqual({
    ...{ id: 'c', object: 'chat.completion', model: 'm' },
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Yes', reasoning_content: 'Hm.' },
        finish_reason: 'length',
      },
      {
        index: 1,
        message: { role: 'assistant', content: null, refusal: 'I will not.' },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  })
})
