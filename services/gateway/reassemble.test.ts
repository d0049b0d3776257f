import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { chatChunks, eventStreamOf } from '#kit'
import { reassembler } from './reassemble.ts'

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
      content: message.content,
      toolCalls: message.tool_calls,
      finishReason: 'tool_calls',
      usage: completion.usage,
      error: '',
      isComplete: true,
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
  expect(result.toolCalls).toEqual([
    { id: 'c0', type: 'function', function: { name: 'a', arguments: '{}' } },
    { id: 'c1', type: 'function', function: { name: 'b', arguments: '{"x":2}' } },
  ])
})

test('an error in the stream is told, rubbish and other choices are left out', () => {
  const { result } = readIn(
    Buffer.from('data: {rubbish\n\n'),
    data({ choices: [{ index: 1, delta: { content: 'other' } }] }),
    data({ error: { message: 'overloaded' } }),
  )
  expect(result).toMatchObject({ content: null, error: 'overloaded', isComplete: false })
})
