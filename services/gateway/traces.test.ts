import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { type Prices, parseChatRequest, parseChatResponse, type RouteRequest } from '#kit'
import { givenRoute, routeRequest } from '#kit/testing'
import { otlpMessages } from './otlp/messages.ts'
import {
  exportRequest,
  type GivenSpan,
  ids,
  protobufOf,
  simple,
  startMs,
} from './testing/otlp-samples.ts'
import { traces } from './traces.ts'

const nowMs = startMs + 60_000
const prices: Prices = {
  models: {
    'gpt-4o': { inputPerMillionUsd: 2, outputPerMillionUsd: 10, alsoNamed: [], source: 'test' },
  },
  compute: { cpuHourUsd: 1, source: 'test' },
}
const json = { 'content-type': 'application/json; charset=utf-8' }
const protobuf = { 'content-type': 'application/x-protobuf' }

const settings = { subjectKey: 'a key of sixteen+', tracesBytesMax: 8_000_000 }
const world = { prices, giveWay: async () => undefined }
const decide = async (
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
  more: Partial<RouteRequest> = {},
) => {
  const request = { bytes: Buffer.from(bytes), headers, ...more }
  const arrived = routeRequest({ arrivedAtMs: nowMs, ...request })
  const facts = await traces.gather?.(arrived, world, settings)
  if (facts === undefined) throw new TypeError('nothing was gathered')
  return givenRoute(traces, { settings, facts, nowMs }).when(request)
}
const sendJson = async (request: unknown, more = {}) =>
  await decide(Buffer.from(JSON.stringify(request)), json, more)
const send = async (span: GivenSpan, more = {}) => await sendJson(exportRequest([span]), more)
const logOf = async (attributes: Readonly<Record<string, unknown>>, given: GivenSpan = {}) => {
  const { messages } = await send({ ...given, attributes: { ...simple, ...attributes } })
  const [log] = messages.map(({ value }) => value)
  if (log === undefined) throw new Error('no log')
  return log
}

const text = (content: string) => ({ type: 'text', content })
const content = {
  'gen_ai.input.messages': [
    { role: 'system', parts: [text('You are a helpful bot')] },
    { role: 'user', parts: [text('Tell me a joke about OpenTelemetry')] },
  ],
  'gen_ai.output.messages': [
    { role: 'assistant', parts: [text('It always knows how to trace the fun!')] },
  ],
}

describe('a span of a model call', () => {
  test('is published as the log of the call', async () => {
    const log = await logOf({
      ...content,
      'gen_ai.conversation.id': 'conv-1',
      'gen_ai.agent.id': 'agent-1',
      'flywheel.workload': 'jokes',
      'flywheel.release': 7,
      'gen_ai.request.stream': true,
      'gen_ai.response.time_to_first_chunk': 0.25,
      'enduser.id': 'jane',
    })
    expect(log).toMatchObject({
      requestId: `${ids.traceId}-${ids.spanId}`,
      ...{ traceId: ids.traceId, sessionId: 'conv-1', agentId: 'agent-1', client: 'shop' },
      ...{ workload: 'jokes', eventTimeMs: startMs, model: 'gpt-4o', servedBy: 'production' },
      ...{ promptTokens: 52, completionTokens: 47, latencyMs: 1500.25, ttftMs: 250 },
      ...{ role: 'served', status: 200, error: '', finishReason: 'stop' },
      attributes: {
        source: 'otlp',
        answeredBy: 'gpt-4o-2024-08-06',
        provider: 'openai',
        release: '7',
      },
    })
    expect(log.costUsd).toBeCloseTo((52 * 2 + 47 * 10) / 1e6, 12)
    expect(log.subject).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.stringify(log)).not.toContain('jane')
    expect(JSON.parse(log.request)).toEqual({
      model: 'gpt-4o',
      messages: [
        { role: 'system', content: 'You are a helpful bot' },
        { role: 'user', content: 'Tell me a joke about OpenTelemetry' },
      ],
      ...{ max_tokens: 200, top_p: 0.5, stream: true },
    })
    expect(JSON.parse(log.response)).toEqual({
      id: 'chatcmpl-9J3uIL87gldCFtiIbyaOvTeYBRA3l',
      ...{ object: 'chat.completion', created: startMs / 1000 + 1, model: 'gpt-4o-2024-08-06' },
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'It always knows how to trace the fun!' },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 52, completion_tokens: 47, total_tokens: 99 },
    })
    expect(parseChatRequest(log.request)).toHaveProperty('request')
    expect(parseChatResponse(log.response)).toHaveProperty('response')
  })

  test('without content counts for cost, and has no messages to learn from', async () => {
    const log = await logOf({})
    expect(log).toMatchObject({ promptTokens: 52, completionTokens: 47, response: '' })
    expect(log.costUsd).toBeGreaterThan(0)
    expect(JSON.parse(log.request).messages).toEqual([])
    expect(log.workload).toBe('')
  })

  test('of which an SDK cut a part is kept without content, and says so', async () => {
    const log = await logOf({ ...content, 'gen_ai.output.messages': '[{"role":"assi' })
    expect(JSON.parse(log.request).messages).toEqual([])
    expect(log).toMatchObject({ response: '', attributes: { unread: 'gen_ai.output.messages' } })
  })

  test('without usage is counted where there is content, else it has no price', async () => {
    const { 'gen_ai.usage.input_tokens': _in, 'gen_ai.usage.output_tokens': _out, ...rest } = simple
    const log = async (attributes: object) =>
      (await send({ attributes: { ...rest, ...attributes } })).messages[0]?.value
    expect((await log(content))?.promptTokens).toBeGreaterThan(5)
    expect((await log(content))?.costUsd).toBeGreaterThan(0)
    expect(await log({})).toMatchObject({ promptTokens: 0, completionTokens: 0, costUsd: null })
  })

  test('that names no workload has one of its prompt', async () => {
    expect((await logOf(content)).workload).toMatch(/^auto-[0-9a-f]{12}$/)
    const headers = { ...json, 'x-flywheel-workload': 'jokes' }
    const [named] = (await send({ attributes: { ...simple, ...content } }, { headers })).messages
    expect(named?.value.workload).toBe('jokes')
  })

  test('belongs to the client of the key', async () => {
    const { messages } = await send({ attributes: simple }, { client: 'known' })
    expect(messages[0]?.value.client).toBe('known')
  })

  test('that an app named has this name', async () => {
    expect((await logOf({ 'flywheel.request_id': 'order-46' })).requestId).toBe('order-46')
  })

  test.each([
    [{ 'error.type': 'timeout' }, 504, 'timeout: too slow'],
    [{ 'error.type': '429' }, 429, '429: too slow'],
    [{ 'error.type': 'openai.RateLimitError' }, 429, 'openai.RateLimitError: too slow'],
    [{ 'error.type': 'x', 'http.response.status_code': 503 }, 503, 'x: too slow'],
    [{}, 500, 'too slow'],
  ])('that failed has status and error: %j', async (attributes, status, error) => {
    const change = { status: { code: 2, message: 'too slow' } }
    expect(await logOf(attributes, { change })).toMatchObject({ status, error })
  })

  test('with an impossible time is stamped at arrival', async () => {
    const change = { startTimeUnixNano: '0' }
    expect(await logOf({}, { change })).toMatchObject({
      ...{ eventTimeMs: nowMs, latencyMs: null },
      attributes: { eventTime: 'stamped at arrival' },
    })
  })

  test('by the previous names is the same call', async () => {
    const {
      'gen_ai.provider.name': provider,
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.output_tokens': output,
      ...rest
    } = simple
    const attributes = {
      ...rest,
      'gen_ai.system': provider,
      'gen_ai.usage.prompt_tokens': input,
      'gen_ai.usage.completion_tokens': output,
    }
    expect((await send({ attributes })).messages).toEqual(
      (await send({ attributes: simple })).messages,
    )
  })
})

describe('a span that is no model call', () => {
  test.each([
    [{ 'gen_ai.operation.name': 'embeddings' }, 3],
    [{ 'gen_ai.operation.name': 'execute_tool' }, 1],
    [{ 'gen_ai.operation.name': 'invoke_agent' }, 1],
    [{ 'http.request.method': 'GET' }, 3],
    [simple, 2],
  ])('is accepted and left out: %j', async (attributes, kind) => {
    const { reply, messages } = await send({ attributes, change: { kind } })
    expect(reply).toMatchObject({ status: 200, body: {} })
    expect(messages).toEqual([])
  })
})

/** A field of protobuf with its length before it. */
const field = (tag: number, bytes: Uint8Array): Uint8Array => {
  const head = [tag]
  let rest = bytes.length
  for (; rest > 127; rest = Math.floor(rest / 128)) head.push((rest % 128) + 128)
  return Buffer.concat([Buffer.from([...head, rest]), bytes])
}

describe('the answer', () => {
  test('tells what was rejected, and takes the rest', async () => {
    const bad = { attributes: simple, change: { spanId: '0000000000000000' } }
    const large = { attributes: { ...simple, 'gen_ai.system_instructions': 'x'.repeat(960_000) } }
    const request = exportRequest([bad, { attributes: simple }, large, bad])
    const inJson = await sendJson(request)
    expect(inJson.messages).toHaveLength(1)
    const partialSuccess = {
      rejectedSpans: '3',
      errorMessage: 'A span has no valid trace id or span id. A call holds more than 950000 bytes.',
    }
    expect(inJson.reply).toEqual({
      status: 200,
      body: { partialSuccess },
      headers: { 'content-type': 'application/json' },
    })
    const { reply } = await decide(protobufOf(request), protobuf)
    expect(reply.headers).toEqual(protobuf)
    expect(otlpMessages.response.decode(reply.body as Buffer)).toEqual({ partialSuccess })
  })

  test.each([
    ['no JSON', Buffer.from('{'), json],
    ['no object', Buffer.from('7'), json],
    ['other fields', Buffer.from('{"resourceSpans":[{"scopeSpans":7}]}'), json],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), json],
    ['no protobuf', Buffer.from([0x0a, 0x05, 0x01]), protobuf],
  ])('to a body that is %s is 400 with a Status', async (_name, bytes, headers) => {
    const { reply, messages } = await decide(bytes, headers)
    expect(reply.status).toBe(400)
    expect(messages).toEqual([])
    const status =
      headers === json ? reply.body : otlpMessages.status.decode(reply.body as Uint8Array)
    expect(status).toMatchObject({ code: 3, message: expect.stringMatching(/^The body is no/) })
  })

  test('to values that nest without end is 400', async () => {
    let value: unknown = 'deep'
    for (let level = 0; level < 20; level++) value = [value]
    const request = exportRequest([{ attributes: { ...simple, value } }])
    expect((await sendJson(request)).reply.status).toBe(400)
    expect((await decide(protobufOf(request), protobuf)).reply.status).toBe(400)
    let bytes: Uint8Array = Buffer.alloc(0)
    for (let level = 0; level < 2000; level++) bytes = field(0x2a, field(0x0a, bytes))
    const nested = [0x12, 0x4a, 0x12, 0x12, 0x0a].reduce((inner, tag) => field(tag, inner), bytes)
    expect((await decide(nested, protobuf)).reply.status).toBe(400)
  })

  test('to another encoding is 415, to nothing 200', async () => {
    expect((await decide(Buffer.from('x'), { 'content-type': 'text/plain' })).reply.status).toBe(
      415,
    )
    expect((await decide(Buffer.alloc(0), protobuf)).reply).toMatchObject({ status: 200 })
  })

  test('to more calls than fit tells how many were left', async () => {
    const request = exportRequest(Array.from({ length: 8193 }, () => ({ attributes: simple })))
    const { reply, messages } = await decide(protobufOf(request), protobuf)
    expect(messages).toHaveLength(8192)
    expect(otlpMessages.response.decode(reply.body as Buffer)).toMatchObject({
      partialSuccess: { rejectedSpans: '1' },
    })
  })
})

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noDefaultInfinity: true, noNaN: true }).filter((number) => !Object.is(number, -0)),
    fc.uint8Array(),
    fc.array(tie('any')),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('any')),
  ),
})).any
const part = fc.oneof(
  value,
  fc.record({
    type: fc.constantFrom('text', 'tool_call', 'tool_call_response', 'blob', 'uri', 'reasoning'),
    content: value,
    ...{ id: value, name: value, arguments: value, response: value, modality: value },
  }),
)
const messages = fc.array(
  fc.oneof(value, fc.record({ role: fc.oneof(value, fc.constant('user')), parts: fc.array(part) })),
)
const names = [
  ...['gen_ai.system_instructions', 'gen_ai.tool.definitions', 'gen_ai.request.model'],
  ...['gen_ai.response.finish_reasons', 'gen_ai.usage.input_tokens', 'error.type', 'enduser.id'],
  ...[
    'gen_ai.prompt.0.content',
    'gen_ai.completion.7.tool_calls.3.name',
    'flywheel.x',
    '__proto__',
  ],
]
const anySpan = fc
  .record({
    attributes: fc.dictionary(fc.constantFrom(...names), value),
    input: messages,
    output: messages,
    events: fc.array(
      fc.record({
        name: fc.constantFrom('gen_ai.choice', 'gen_ai.user.message', 'gen_ai.content.prompt'),
        attributes: fc.dictionary(
          fc.constantFrom('content', 'message', 'tool_calls', 'gen_ai.event.content', 'id'),
          value,
        ),
      }),
    ),
  })
  .map(({ attributes, input, output, events }) => ({
    attributes: {
      ...attributes,
      'gen_ai.operation.name': 'chat',
      'gen_ai.input.messages': input,
      'gen_ai.output.messages': output,
    },
    events,
  }))

describe('whatever is sent', () => {
  property.prop([fc.uint8Array({ maxLength: 300 }), fc.constantFrom(json, protobuf)])(
    'no bytes make it throw',
    async (bytes, headers) => {
      expect([200, 400]).toContain((await decide(bytes, headers)).reply.status)
    },
  )

  property.prop([anySpan])(
    'JSON and protobuf of the same trace give the same records',
    async (span) => {
      const request = exportRequest([span])
      const fromJson = await sendJson(request)
      const fromProtobuf = await decide(protobufOf(request), protobuf)
      expect(fromJson.messages).toHaveLength(1)
      expect(fromProtobuf.messages).toEqual(fromJson.messages)
    },
  )

  const request = exportRequest([{ attributes: { ...simple, ...content } }])
  const bodies: readonly [Buffer, Readonly<Record<string, string>>][] = [
    [Buffer.from(JSON.stringify(request)), json],
    [protobufOf(request), protobuf],
  ]
  property.prop([fc.constantFrom(...bodies), fc.double({ min: 0.001, max: 0.999, noNaN: true })])(
    'a body that is cut anywhere is 400',
    async ([body, headers], share) => {
      const cut = Math.max(1, Math.floor(body.length * share))
      expect((await decide(body.subarray(0, cut), headers)).reply.status).toBe(400)
    },
  )

  property.prop([fc.constantFrom(...bodies), fc.nat(), fc.nat({ max: 255 })])(
    'a byte that is wrong never throws',
    async ([body, headers], place, byte) => {
      const changed = Buffer.from(body)
      changed[place % body.length] = byte
      expect([200, 400]).toContain((await decide(changed, headers)).reply.status)
    },
  )
})
