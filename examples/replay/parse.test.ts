import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { parseChatResponse } from '#kit'
import { parseReplayLine, timeMsOf } from './parse.ts'

const readAs = { lineNumber: 7, workload: '', fallbackTimeMs: 1_700_000_000_000 }
const parse = (value: unknown, change: Partial<typeof readAs> = {}) =>
  parseReplayLine(typeof value === 'string' ? value : JSON.stringify(value), {
    ...readAs,
    ...change,
  })

const request = {
  model: 'gpt-4o-mini',
  messages: [
    { role: 'system', content: 'Sort.' },
    { role: 'user', content: 'Where is my parcel?' },
  ],
}
const response = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_718_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [
    { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'shipping' } },
  ],
  usage: { prompt_tokens: 20, completion_tokens: 2, total_tokens: 22 },
}

/** A record as NVIDIA's flywheel blueprint logs it. */
const blueprintRecord = {
  request: {
    model: 'meta/llama-3.3-70b-instruct',
    messages: [{ role: 'user', content: 'I want my refund.' }],
    tools: [{ type: 'function', function: { name: 'ToReturns', parameters: { type: 'object' } } }],
  },
  response: {
    choices: [
      {
        message: {
          role: 'assistant',
          content: '',
          tool_calls: [
            { type: 'function', function: { name: 'ToReturns', arguments: { query: 'refund' } } },
          ],
        },
      },
    ],
  },
  workload_id: 'first_assistant',
  client_id: 'app-1',
  timestamp: 1_746_138_417,
}

describe('a line', () => {
  test('in OpenAI’s form becomes a log with the response’s time, tokens and model', () => {
    expect(parse({ request, response })).toEqual({
      log: expect.objectContaining({
        client: 'replay',
        workload: expect.stringMatching(/^auto-[0-9a-f]{12}$/),
        eventTimeMs: 1_718_000_000_000,
        model: 'gpt-4o-mini',
        servedBy: 'production',
        role: 'served',
        promptTokens: 20,
        completionTokens: 2,
        finishReason: 'stop',
        request: JSON.stringify(request),
        response: JSON.stringify(response),
        attributes: {},
      }),
    })
  })

  test('that names a person’s pseudonym keeps it, so that they can be forgotten', () => {
    expect(parse({ request, response, subject: 'ab12' })).toMatchObject({
      log: { subject: 'ab12' },
    })
    expect(parse({ request, response })).toMatchObject({ log: { subject: '' } })
  })

  test('in the blueprint’s form keeps tool arguments that are an object, and counts tokens', () => {
    const read = parse(blueprintRecord)
    expect(read).toMatchObject({
      log: { workload: 'first_assistant', client: 'app-1', eventTimeMs: 1_746_138_417_000 },
    })
    const log = 'log' in read ? read.log : undefined
    expect(log?.promptTokens).toBeGreaterThan(0)
    expect(log?.completionTokens).toBeGreaterThan(0)
    expect(parseChatResponse(log?.response)).toMatchObject({
      response: { message: { tool_calls: [{ function: { name: 'ToReturns' } }] } },
    })
  })

  test('may hold its bodies as JSON text, and names its own id, session and source', () => {
    const line = {
      request: JSON.stringify(request),
      response: JSON.stringify(response),
      request_id: 'r-1',
      session_id: 's-1',
      served_by: 'human',
    }
    expect(parse(line, { workload: 'mine' })).toMatchObject({
      log: {
        requestId: 'r-1',
        sessionId: 's-1',
        servedBy: 'human',
        workload: 'mine',
        request: line.request,
      },
    })
  })

  test('without a time is stamped, and says so', () => {
    expect(parse({ request, response: { ...response, created: undefined } })).toMatchObject({
      log: {
        eventTimeMs: readAs.fallbackTimeMs,
        attributes: { eventTime: 'stamped by replay order' },
      },
    })
  })

  test('has an id that derives from text and number: a rerun finds the same one', () => {
    const idOf = (lineNumber: number, line: unknown) => {
      const read = parse(line, { lineNumber })
      return 'log' in read ? read.log.requestId : undefined
    }
    const line = { request, response }
    expect(idOf(1, line)).toBe(idOf(1, line))
    expect(new Set([idOf(1, line), idOf(2, line), idOf(1, blueprintRecord)]).size).toBe(3)
  })

  test.each([
    ['{"request": ', 'is not JSON'],
    ['[]', 'is not an object'],
    ['null', 'is not an object'],
    [{ response }, 'has no request'],
    [{ request }, 'has no response'],
    [{ request, response: null }, 'has no response'],
    [{ request, response, timestamp: {} }, 'does not fit at timestamp'],
    [{ request: { messages: [] }, response }, expect.stringMatching(/^request does not fit/)],
    [{ request, response: { choices: [] } }, expect.stringMatching(/^response does not fit/)],
    [{ request: 'x{', response }, 'request is not JSON'],
    [
      { request: { messages: [{ role: 'user', content: 'x'.repeat(960_000) }] }, response },
      'holds more than 950000 bytes',
    ],
  ])('that is malformed has its reason, %#', (line, fault) => {
    expect(parse(line)).toEqual({ fault })
  })

  test('is never quoted in its fault', () => {
    const secret = 'jane.doe@example.com'
    for (const line of [
      `{"request": "${secret}`,
      { request: { messages: [{ role: secret, content: 1 }] }, response },
      { request, response, timestamp: [secret] },
    ])
      expect(JSON.stringify(parse(line))).not.toContain(secret)
  })
})

describe('a time', () => {
  test.each([
    [1_746_138_417, 1_746_138_417_000],
    [1_746_138_417.5, 1_746_138_417_500],
    [1_746_138_417_123, 1_746_138_417_123],
    ['1746138417', 1_746_138_417_000],
    ['2025-05-01T22:26:57Z', 1_746_138_417_000],
    ['', undefined],
    ['yesterday', undefined],
    [0, undefined],
    [-1, undefined],
    [1e300, undefined],
    [null, undefined],
  ])('%j is %j', (value, expected) => {
    expect(timeMsOf(value)).toBe(expected)
  })
})

property.prop([
  fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"request":${json},"response":${json}}`),
  ),
])('whatever a line holds, it is a log or has a reason, never an exception', (line) => {
  const read = parse(line)
  expect('log' in read || read.fault.length > 0).toBe(true)
})

property.prop([
  fc.string({ unit: 'binary' }),
  fc.record({
    request_id: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
    timestamp: fc.oneof(fc.double(), fc.string()),
    client_id: fc.oneof(fc.integer(), fc.string()),
  }),
])('of any user’s words a log is made whose text survives UTF-8', (content, others) => {
  const messages = [{ role: 'user', content: `${content}.` }]
  const read = parse({ request: { messages }, response, ...others })
  if (!('log' in read)) return expect(read.fault).toBe('does not fit at request_id')
  const { requestId, request: body, eventTimeMs } = read.log
  expect(requestId).not.toBe('')
  expect(Number.isSafeInteger(eventTimeMs)).toBe(true)
  for (const text of [requestId, body]) expect(Buffer.from(text).toString()).toBe(text)
})
