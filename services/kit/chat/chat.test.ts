import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import {
  answerWith,
  type ChatRequest,
  type ChatResponse,
  choiceOf,
  contentHashOf,
  inputTextOf,
  isEmptyAnswer,
  parseAssistantMessage,
  parseChatRequest,
  parseChatResponse,
  requestHashOf,
  workloadOf,
} from './index.ts'

const requestOf = (json: unknown): ChatRequest => {
  const read = parseChatRequest(json)
  if ('fault' in read) throw new Error(read.fault)
  return read.request
}
const responseOf = (json: unknown): ChatResponse => {
  const read = parseChatResponse(json)
  if ('fault' in read) throw new Error(read.fault)
  return read.response
}
const user = (content: unknown) => ({ role: 'user', content })
const answer = (message: unknown) => ({ choices: [{ message, finish_reason: 'stop' }] })
const call = (name: string, args: unknown) => ({ id: 'c1', function: { name, arguments: args } })

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
