import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import {
  contentHashOf,
  inputTextOf,
  isEmptyAnswer,
  parseChatRequest,
  parseChatResponse,
} from './index.ts'
import { answer, call, requestOf, responseOf, user } from './testing.ts'

describe('a request', () => {
  test('is read from text and from a parsed value alike', () => {
    const wire = { model: 'm', messages: [user('hi')], stream: true, temperature: 0.2 }
    expect(requestOf(JSON.stringify(wire))).toEqual(requestOf(wire))
    expect(requestOf(wire)).toMatchObject({ model: 'm', stream: true, tools: [], metadata: {} })
  })

  test('may have its content as parts, as null or not at all', () => {
    const parts = [{ type: 'text', text: 'one' }, 'two', { type: 'input_text', text: 'three' }]
    const { messages } = requestOf({
      messages: [user(parts), { role: 'assistant', content: null, tool_calls: [call('f', '{}')] }],
    })
    expect(messages[0]?.content).toBe('one\ntwo\nthree')
    expect(messages[1]?.content).toBeNull()
  })

  test('keeps parts that are no text, and names them where text is asked', () => {
    const image = { type: 'image_url', image_url: { url: 'https://example.org/cat.png' } }
    const request = requestOf({ messages: [user([{ type: 'text', text: 'what?' }, image])] })
    expect(request.messages[0]?.content).toEqual([{ type: 'text', text: 'what?' }, image])
    expect(inputTextOf(request)).toBe('what?\n[image_url]')
  })

  test('takes tools, and the functions of the first tool interface', () => {
    const search = { name: 'search', description: 'Finds.', parameters: { type: 'object' } }
    const tools = [{ type: 'function', function: search }, { type: 'web_search' }]
    const modern = requestOf({ messages: [user('x')], tools })
    expect(modern.tools.map((tool) => tool.function.name)).toEqual(['search'])
    expect(requestOf({ messages: [user('x')], functions: [search] }).tools).toEqual(modern.tools)
  })

  test.each([
    ['', 'request is empty'],
    ['  ', 'request is empty'],
    ['{"messages":', 'request is not JSON'],
    ['null', 'request does not fit: it: invalid_type'],
    ['[]', 'request does not fit: it: invalid_type'],
    ['{}', 'request does not fit: messages: invalid_type'],
    ['{"messages":[]}', 'request does not fit: messages: too_small'],
    ['{"messages":[{"role":"god"}]}', 'request does not fit: messages.0.role: invalid_value'],
    ['{"messages":[{"role":"user","content":7}]}', 'messages.0.content: invalid_union'],
    [`{"messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'is nested deeper than 64'],
    [`"${'x'.repeat(5_000_000)}"`, 'request is longer than 4194304'],
  ])('that is wrong gets a fault: %#', (json, fault) => {
    expect(parseChatRequest(json)).toEqual({ fault: expect.stringContaining(fault) })
  })

  test('has a fault that does not quote its content', () => {
    const read = parseChatRequest({ messages: [{ role: 'jane@example.org', content: 'secret' }] })
    expect(JSON.stringify(read)).not.toMatch(/jane|secret/)
  })

  property.prop([fc.json({ maxDepth: 6 })])('of any JSON never throws', (json) => {
    expect(() => [parseChatRequest(json), parseChatResponse(json)]).not.toThrow()
  })

  test('can not reach a prototype', () => {
    const request = requestOf(
      '{"messages":[{"role":"user","content":"x"}],"metadata":{"__proto__":"y","constructor":"z"}}',
    )
    expect(Object.getPrototypeOf(request.metadata)).toBe(Object.prototype)
    expect(Object.keys(request.metadata)).toEqual(['constructor'])
  })
})

describe('a response', () => {
  test('may have tool arguments as an object, as the blueprint logs them', () => {
    const text = responseOf(answer({ tool_calls: [call('route', '{"b":1,"a":"x"}')] }))
    const object = responseOf(answer({ tool_calls: [call('route', { b: 1, a: 'x' })] }))
    expect(object.message.tool_calls?.[0]?.function.arguments).toBe('{"a":"x","b":1}')
    const request = requestOf({ messages: [user('q')] })
    expect(contentHashOf(request, object.message)).toBe(contentHashOf(request, text.message))
  })

  test('has usage, time and finish reason', () => {
    const response = responseOf({
      id: 'r',
      model: 'm',
      created: 1_700_000_000,
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
      choices: [{ message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }],
    })
    expect(response).toMatchObject({
      createdAtMs: 1_700_000_000_000,
      finishReason: 'stop',
      usage: { promptTokens: 3, completionTokens: 2 },
    })
  })

  test('with senseless usage is read without it', () => {
    const usage = { prompt_tokens: -1, completion_tokens: 'x' }
    expect(responseOf({ ...answer({ content: 'y' }), usage }).usage).toBeUndefined()
  })

  test('of the first tool interface becomes a tool call', () => {
    const response = responseOf(answer({ function_call: { name: 'f', arguments: '{}' } }))
    expect(response.message.tool_calls).toHaveLength(1)
  })

  test.each([
    [{ choices: [] }],
    [{ choices: [{ message: { role: 'user', content: 'x' } }] }],
    [{ error: { message: 'overloaded' } }],
    [{ choices: [{ message: { tool_calls: [{ function: { arguments: '{}' } }] } }] }],
  ])('without an assistant’s message gets a fault: %#', (json) => {
    expect(parseChatResponse(json)).toHaveProperty('fault')
  })

  test('is empty without text and calls; a refusal is an answer', () => {
    expect(isEmptyAnswer(responseOf(answer({ content: ' \n' })).message)).toBe(true)
    expect(isEmptyAnswer(responseOf(answer({ content: null, refusal: 'No.' })).message)).toBe(false)
    expect(isEmptyAnswer(responseOf(answer({ tool_calls: [call('f', null)] })).message)).toBe(false)
  })
})
