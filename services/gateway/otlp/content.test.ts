import { describe, expect, test } from 'vitest'
import { parseChatRequest, parseChatResponse } from '#kit'
import { exportRequest, type GivenSpan } from '../testing/otlp-samples.ts'
import { contentOf } from './content.ts'
import { readSpans } from './spans.ts'

const contentIn = (given: GivenSpan) => {
  const read = readSpans(exportRequest([given]))
  const [span] = 'spans' in read ? read.spans : []
  if (span === undefined) throw new Error('no span')
  return contentOf(span)
}

const weather = 'rainy, 57°F'
const location = { location: 'Paris' }
const parameters = { type: 'object', properties: { location: { type: 'string' } } }
const asked = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Weather in Paris?' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [
      {
        id: 'call_1',
        type: 'function',
        function: { name: 'get_weather', arguments: '{"location":"Paris"}' },
      },
    ],
  },
  { role: 'tool', tool_call_id: 'call_1', content: weather },
]
const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }]
const answer = { role: 'assistant', content: 'Rain.' }
const choices = [{ message: answer, finishReason: 'stop' }]

const text = (content: string) => ({ type: 'text', content })
const currentParts = {
  'gen_ai.system_instructions': [text('Be brief.')],
  'gen_ai.input.messages': [
    { role: 'user', parts: [text('Weather in Paris?')] },
    {
      role: 'assistant',
      parts: [{ type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: location }],
    },
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_1', response: weather }] },
  ],
  'gen_ai.output.messages': [{ role: 'assistant', parts: [text('Rain.')], finish_reason: 'stop' }],
  'gen_ai.tool.definitions': [{ type: 'function', name: 'get_weather', parameters }],
}
const asText = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)]))

const call = { id: 'call_1', type: 'function', function: { name: 'get_weather' } }
const called = [{ ...call, function: { ...call.function, arguments: '{"location":"Paris"}' } }]
const previous = [
  { name: 'gen_ai.system.message', attributes: { content: 'Be brief.' } },
  { name: 'gen_ai.user.message', attributes: { content: 'Weather in Paris?' } },
  { name: 'gen_ai.assistant.message', attributes: { tool_calls: called } },
  { name: 'gen_ai.tool.message', attributes: { id: 'call_1', content: weather } },
  {
    name: 'gen_ai.choice',
    attributes: { index: 0, finish_reason: 'stop', message: { content: 'Rain.' } },
  },
]

const flat = (attributes: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : value,
    ]),
  )
const older = asked.map(({ tool_call_id: id, ...message }) => ({ ...message, id }))
const numbered = {
  'gen_ai.prompt.0.role': 'system',
  'gen_ai.prompt.0.content': 'Be brief.',
  'gen_ai.prompt.1.role': 'user',
  'gen_ai.prompt.1.content': 'Weather in Paris?',
  'gen_ai.prompt.2.role': 'assistant',
  'gen_ai.prompt.2.tool_calls.0.id': 'call_1',
  'gen_ai.prompt.2.tool_calls.0.name': 'get_weather',
  'gen_ai.prompt.2.tool_calls.0.arguments': '{"location":"Paris"}',
  'gen_ai.prompt.3.role': 'tool',
  'gen_ai.prompt.3.tool_call_id': 'call_1',
  'gen_ai.prompt.3.content': weather,
  'gen_ai.completion.0.role': 'assistant',
  'gen_ai.completion.0.content': 'Rain.',
  'gen_ai.completion.0.finish_reason': 'stop',
  'llm.request.functions.0.name': 'get_weather',
  'llm.request.functions.0.parameters': JSON.stringify(parameters),
}

describe('a call with tools is the same by every convention', () => {
  const all: readonly [string, GivenSpan][] = [
    ['current, structured attributes', { attributes: currentParts }],
    ['current, attributes as JSON text', { attributes: asText(currentParts) }],
    [
      'current, in one event',
      {
        events: [
          { name: 'gen_ai.client.inference.operation.details', attributes: asText(currentParts) },
        ],
      },
    ],
    ['previous, events', { events: previous }],
    [
      'previous, events with JSON text',
      { events: previous.map(({ name, attributes }) => ({ name, attributes: flat(attributes) })) },
    ],
    [
      'previous, events with their body as one attribute',
      {
        events: previous.map(({ name, attributes }) => ({
          name,
          attributes: { 'gen_ai.event.content': JSON.stringify(attributes) },
        })),
      },
    ],
    [
      'to 1.27, one event for each side',
      {
        events: [
          { name: 'gen_ai.content.prompt', attributes: { 'gen_ai.prompt': JSON.stringify(older) } },
          {
            name: 'gen_ai.content.completion',
            attributes: { 'gen_ai.completion': JSON.stringify([answer]) },
          },
        ],
      },
    ],
    ['OpenLLMetry, numbered attributes', { attributes: numbered }],
  ]
  test.each(all)('%s', (name, given) => {
    const content = contentIn(given)
    expect(content.messages).toEqual(asked)
    expect(content.choices?.map(({ message }) => message)).toEqual([answer])
    // The previous version's events tell no tools.
    const tells = /^(current|OpenLLMetry)/.test(name)
    expect(JSON.parse(JSON.stringify(content.tools ?? []))).toEqual(tells ? tools : [])
    expect(content.unread).toEqual([])
    expect(parseChatRequest(content)).toHaveProperty('request')
    expect(parseChatResponse({ choices: content.choices })).toHaveProperty('response')
  })

  test.each(all.filter(([name]) => !name.startsWith('to 1.27')))(
    '%s: why it ended',
    (_n, given) => {
      expect(contentIn(given).choices).toEqual(choices)
    },
  )
})

const messagesIn = (parts: readonly unknown[], role = 'user') =>
  contentIn({ attributes: { 'gen_ai.input.messages': [{ role, parts }] } }).messages

describe('parts', () => {
  test('that are no words take OpenAI’s form where it has one', () => {
    const parts = [
      text('What is this?'),
      { type: 'uri', modality: 'image', mime_type: 'image/png', uri: 'https://x.example/a.png' },
      { type: 'uri', modality: 'video', uri: 'gs://bucket/a.mp4' },
      { type: 'file', file_id: 'file-1' },
      { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'aGk=' },
      { type: 'blob', modality: 'audio', mime_type: 'audio/wav', content: 'aGk=' },
    ]
    const [message] = messagesIn(parts) ?? []
    expect(message?.['content']).toEqual([
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: 'https://x.example/a.png' } },
      { type: 'uri', modality: 'video', uri: 'gs://bucket/a.mp4' },
      { type: 'file', file: { file_id: 'file-1' } },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } },
      { type: 'input_audio', input_audio: { data: 'aGk=', format: 'wav' } },
    ])
    expect(parseChatRequest({ messages: [message] })).toHaveProperty('request')
  })

  test('of reasoning stand beside the answer', () => {
    expect(messagesIn([{ type: 'reasoning', content: 'Hm.' }, text('Yes.')], 'model')).toEqual([
      { role: 'assistant', content: 'Yes.', reasoning_content: 'Hm.' },
    ])
  })

  test('that answer tools are messages of their own, before what the user adds', () => {
    const one = { type: 'tool_call_response', id: 'a', result: { degrees: 57 } }
    expect(messagesIn([one, text('And now?'), { ...one, id: 'b' }])).toEqual([
      { role: 'tool', tool_call_id: 'a', content: '{"degrees":57}' },
      { role: 'tool', tool_call_id: 'b', content: '{"degrees":57}' },
      { role: 'user', content: 'And now?' },
    ])
  })
})

describe('an attribute that an SDK cut', () => {
  test.each(Object.entries(asText(currentParts)))('is named: %s', (name, value) => {
    const content = contentIn({
      attributes: { ...asText(currentParts), [name]: value.slice(0, 9) },
    })
    expect(content.unread).toEqual([name])
  })

  test('is named in an event', () => {
    const attributes = { 'gen_ai.event.content': '{"content":"Wea' }
    const content = contentIn({ events: [{ name: 'gen_ai.user.message', attributes }] })
    expect(content.unread).toEqual(['gen_ai.event.content'])
  })
})

test('instructions may be plain text; a choice may be text alone; reasons take OpenAI’s words', () => {
  const attributes = { 'gen_ai.system_instructions': 'Be brief.', 'gen_ai.input.messages': '[]' }
  expect(contentIn({ attributes }).messages).toEqual([asked[0]])
  const said = { message: 'Rain.', finish_reason: 'end_turn' }
  expect(contentIn({ events: [{ name: 'gen_ai.choice', attributes: said }] }).choices).toEqual(
    choices,
  )
})

test('a span without content has none', () => {
  expect(contentIn({ attributes: { 'gen_ai.operation.name': 'chat' } })).toEqual({ unread: [] })
})
