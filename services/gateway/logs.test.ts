import { readFileSync } from 'node:fs'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { chatChunks, chatResponse, eventStreamOf, readPriceFile, subjectOf } from '#kit'
import { givenRoute, routeRequest } from '#kit/testing'
import { logs } from './logs.ts'

const nowMs = Date.UTC(2026, 5, 1)
const prices = readPriceFile('PRICES_FILE', 'infra/prices.yaml')
const key = 'a key of sixteen+'

const bodyOf = (body: unknown): Buffer =>
  Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
interface Given {
  readonly subjectKey?: string
  readonly client?: string
  readonly headers?: Record<string, string>
}
const world = { prices, giveWay: async () => undefined }

const post = async (body: unknown, { subjectKey = '', ...given }: Given = {}) => {
  const settings = { subjectKey }
  const request = { bytes: bodyOf(body), ...given }
  const arrived = routeRequest({ arrivedAtMs: nowMs, ...request })
  const facts = await logs.gather?.(arrived, world, settings)
  if (facts === undefined) throw new TypeError('nothing was gathered')
  const outcome = givenRoute(logs, { settings, nowMs, facts }).when(request)
  const values = outcome.messages.map(({ value }) => value)
  return { ...outcome, logged: values.filter((value) => 'response' in value) }
}
const replied = async (body: unknown) => {
  const { reply } = await post(body)
  return { status: reply.status, ...(reply.body as object) }
}
const published = async (...given: Parameters<typeof post>) => {
  const { reply, logged } = await post(...given)
  const [value] = logged
  if (value === undefined) throw new Error(JSON.stringify(reply))
  return value
}

const request = {
  model: 'gpt-4o',
  messages: [
    { role: 'system', content: 'Sort the mail.' },
    { role: 'user', content: 'lunch?' },
  ],
}
const completion = {
  id: 'chatcmpl-1',
  model: 'gpt-4o-2024-08-06',
  message: { role: 'assistant', content: 'deliver' },
  createdAtMs: nowMs - 60_000,
  usage: { promptTokens: 1_000_000, completionTokens: 100_000 },
} as const
const response = chatResponse(completion)
const pair = { request, response }

describe('a record', () => {
  test('as a pair of request and response is a log with tokens, price and time of the answer', async () => {
    const { reply, messages } = await post(pair)
    expect(messages).toHaveLength(1)
    expect(await published(pair)).toEqual({
      ...{ requestId: expect.stringMatching(/^log-[0-9a-f]{32}$/), traceId: '', sessionId: '' },
      ...{ agentId: '', parentId: '', tenant: '', client: '', subject: '' },
      workload: expect.stringMatching(/^auto-/),
      eventTimeMs: nowMs - 60_000,
      ...{ request: JSON.stringify(request), response: JSON.stringify(response) },
      ...{ model: 'gpt-4o', servedBy: 'production', role: 'served', artifactHash: '' },
      ...{ routeReason: '', canaryShare: 0, confidence: null, ttftMs: null, latencyMs: null },
      ...{ promptTokens: 1_000_000, completionTokens: 100_000, costUsd: 3.5, status: 200 },
      ...{ finishReason: 'stop', error: '', railHits: [], chunkIds: [] },
      attributes: { answeredBy: 'gpt-4o-2024-08-06' },
    })
    const requestIds = [messages[0]?.value.requestId]
    expect(reply).toEqual({
      status: 202,
      body: { accepted: 1, requestIds, errors: [], ignored: [] },
    })
  })

  test('in the NVIDIA blueprint’s form has its words, and arguments as they came', async () => {
    const calls = [{ type: 'function', function: { name: 'ToReturns', arguments: { query: 'q' } } }]
    const message = { role: 'assistant', content: '', tool_calls: calls }
    const answer = { choices: [{ message, finish_reason: 'tool_calls' }] }
    const given = {
      request,
      response: answer,
      workload_id: 'support',
      client_id: 'shop',
      timestamp: 1_746_138_417,
    }
    const log = await published(given)
    expect(log).toMatchObject({
      ...{ workload: 'support', client: 'shop', eventTimeMs: 1_746_138_417_000 },
      ...{ finishReason: 'tool_calls', servedBy: 'production' },
    })
    expect(JSON.parse(log.response)).toEqual(answer)
    expect(log.promptTokens).toBeGreaterThan(5)
    expect(log.completionTokens).toBeGreaterThan(2)
  })

  property.prop([
    fc.record({
      status: fc.integer({ min: 100, max: 399 }),
      latencyMs: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
      sessionId: fc.string({ maxLength: 20 }),
      railHits: fc.array(fc.string({ maxLength: 9 })),
    }),
  ])('of our own comes through as it is', async (change) => {
    const own = { ...(await published(pair)), ...change, sessionId: change.sessionId.trim() }
    expect(await published(own)).toEqual(own)
  })

  test.each([
    ['chunks', chatChunks(completion, true)],
    ['an event stream', eventStreamOf(chatChunks(completion, true))],
  ])('with %s as its response is one answer', async (_, streamed) => {
    const log = await published({ request, response: streamed, latencyMs: 80, ttft_ms: 9 })
    expect(log).toMatchObject({
      ...{
        promptTokens: 1_000_000,
        costUsd: 3.5,
        latencyMs: 80,
        ttftMs: 9,
        status: 200,
        error: '',
      },
      attributes: { stream: 'complete' },
    })
    expect(JSON.parse(log.response)).toMatchObject({
      choices: [{ message: { content: 'deliver' }, finish_reason: 'stop' }],
    })
  })

  test('whose chunks come as records of their own is one log', async () => {
    const chunks = chatChunks(completion, false).map((chunk) => ({ requestId: 'r1', chunk }))
    const body = [{ requestId: 'r1', request }, ...chunks, { ...pair, requestId: 'r2' }]
    const lines = body.map((each) => JSON.stringify(each)).join('\n')
    const { reply, logged } = await post(lines, {
      headers: { 'content-type': 'application/x-ndjson' },
    })
    expect(reply.body).toMatchObject({ accepted: 2, requestIds: ['r1', 'r2'], errors: [] })
    expect(logged[0]?.attributes).toMatchObject({ stream: 'complete' })
  })

  test('whose stream broke off is kept as a failed call', async () => {
    const cut = chatChunks(completion, false).slice(0, 2)
    expect(await published({ request, response: cut, status: 200 })).toMatchObject({
      ...{ status: 502, error: 'the stream ended before its end' },
      ...{ finishReason: '', attributes: { stream: 'incomplete' } },
    })
    expect(await published({ request, response: 'data: {cut', status: 504 })).toMatchObject({
      ...{ status: 504, response: '', attributes: { stream: 'unreadable', unreadChunks: '1' } },
    })
  })

  test.each([
    [{ status: 429 }, { status: 429, error: '' }],
    [{ error: { message: 'no quota' } }, { status: 500, error: 'no quota' }],
    [{ response: { error: { message: 'no quota' } } }, { status: 502, error: 'no quota' }],
    [
      { status: 500, response: '<html>' },
      { status: 500, error: 'response is not JSON' },
    ],
  ])('of a failed call needs no answer: %j', async (change, expected) => {
    const log = await published({ request, ...change })
    expect(log).toMatchObject({ ...expected, response: '', costUsd: 0, promptTokens: 0 })
    expect(log.attributes).toEqual({ eventTime: 'stamped at arrival' })
  })

  test('keeps its own words over counted ones', async () => {
    const own = {
      costUsd: 0.5,
      promptTokens: 3,
      completion_tokens: 4,
      model: 'ours',
      finishReason: 'x',
    }
    expect(await published({ ...pair, ...own })).toMatchObject({
      ...{ costUsd: 0.5, promptTokens: 3, completionTokens: 4, model: 'ours', finishReason: 'x' },
    })
  })

  test('has the same id as long as it says the same, and another for another client', async () => {
    const { requestId } = await published(pair)
    expect((await published({ response, request })).requestId).toBe(requestId)
    expect((await published({ ...pair, sessionId: 's' })).requestId).not.toBe(requestId)
    expect((await published({ ...pair, timestamp: nowMs })).requestId).not.toBe(requestId)
    expect((await published(pair, { client: 'other' })).requestId).not.toBe(requestId)
  })

  test('belongs to the client of the key, whatever it says itself', async () => {
    const given = { ...pair, client_id: 'shop' }
    const headers = { 'x-client-id': 'app', 'x-flywheel-workload': 'mail' }
    expect((await published(given, { headers, client: 'known' })).client).toBe('known')
    expect(await published(given, { headers })).toMatchObject({ client: 'shop', workload: 'mail' })
    expect((await published(pair, { headers })).client).toBe('app')
  })

  test('never holds the end user’s id', async () => {
    const named = { request: { ...request, user: 'jane' }, response, user: 'jane' }
    const hashed = subjectOf(key, 'jane')
    for (const given of [named, { ...pair, subject: 'jane' }, { ...named, user: null }])
      expect((await published(given, { subjectKey: key })).subject).toBe(hashed)
    expect((await published(named)).subject).toBe('')
    const text = { request: JSON.stringify({ ...request, safety_identifier: 'jane' }), response }
    for (const given of [named, text])
      expect(JSON.stringify(await published(given))).not.toContain('jane')
    expect((await published({ ...pair, subject: hashed })).subject).toBe(hashed)
  })

  test('keeps unknown fields that are plain as attributes, and names the others', async () => {
    const given = { ...pair, region: 'eu', retries: 2, cached: true, nested: { a: 1 }, none: null }
    const { reply, logged } = await post({
      ...given,
      attributes: { region: 'us', list: [1] },
      long: 'x'.repeat(1025),
    })
    expect(logged[0]?.attributes).toMatchObject({
      region: 'us',
      retries: '2',
      cached: 'true',
    })
    expect(reply.body).toMatchObject({
      ignored: [{ index: 0, fields: ['list', 'nested', 'long'] }],
    })
  })
})

test('what is said of a call comes along, and is no other call', async () => {
  const feedback = [
    { kind: 'label', value: 'quarantine' },
    { kind: 'thumbs', value: 'down' },
  ]
  const { reply, messages } = await post({ ...pair, feedback }, { client: 'shop' })
  const { requestId, workload } = await published(pair, { client: 'shop' })
  expect(messages.map(({ topic, value }) => [topic.name, value.requestId])).toEqual([
    ['inference-logs', requestId],
    ['feedback', requestId],
    ['feedback', requestId],
  ])
  expect(messages[1]?.value).toMatchObject({
    kind: 'label',
    value: 'quarantine',
    workload,
    actor: 'shop',
  })
  expect(reply.body).toMatchObject({
    accepted: 1,
    feedbackIds: [expect.any(String), expect.any(String)],
  })
  for (const wrong of [7, [{ kind: 'odd' }], Array(101).fill(feedback[0])])
    expect(await replied({ ...pair, feedback: wrong })).toMatchObject({
      ...{ status: 400, errors: [{ index: 0, field: 'feedback' }] },
    })
})

describe('records', () => {
  test('are judged one by one, and told by their index and field', async () => {
    const bads: readonly [unknown, string | undefined][] = [
      [7, undefined],
      [{ response }, 'request'],
      [{ request: { messages: 'secret' }, response }, 'request'],
      [{ request }, 'response'],
      [{ request, response: { secret: 1 } }, 'response'],
      [{ ...pair, latency_ms: -1 }, 'latency_ms'],
      [{ ...pair, status: 20 }, 'status'],
      [{ ...pair, promptTokens: 1.5 }, 'promptTokens'],
      [{ ...pair, timestamp: '1999-01-01' }, 'timestamp'],
      [{ ...pair, eventTimeMs: nowMs + 86_400_001 }, 'eventTimeMs'],
      [{ ...pair, role: 'sampled' }, 'parentId'],
      [{ ...pair, requestId: 'x'.repeat(257) }, 'requestId'],
      [{ ...pair, railHits: [1] }, 'railHits'],
      [
        { request: { messages: [{ role: 'user', content: 'x'.repeat(960_000) }] }, response },
        undefined,
      ],
    ]
    const { reply, messages } = await post([...bads.map(([bad]) => bad), pair])
    expect(reply.status).toBe(202)
    expect(messages).toHaveLength(1)
    const { errors } = reply.body as { errors: { index: number; field?: string }[] }
    expect(errors.map(({ index, field }) => [index, field])).toEqual(
      bads.map(([, field], i) => [i, field]),
    )
    expect(JSON.stringify(errors)).not.toContain('secret')
  })

  test('of which none fits are refused, and so is a body that holds none', async () => {
    expect(await replied({ request })).toMatchObject({ status: 400, errors: [{ index: 0 }] })
    expect(await replied('{"request":')).toMatchObject({ status: 400, errors: [] })
    expect(await replied('[]')).toMatchObject({ status: 400 })
    expect(await replied('')).toMatchObject({
      status: 400,
      error: { message: 'The body is empty.' },
    })
    expect(await replied(Array(1001).fill({}))).toMatchObject({ status: 413 })
  })

  const fragments = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        request: fc.oneof(fc.jsonValue(), fc.constant(request)),
        response: fc.oneof(fc.jsonValue(), fc.constant(response), fc.array(fc.jsonValue())),
        requestId: fc.jsonValue(),
        timestamp: fc.jsonValue(),
        chunk: fc.jsonValue(),
        attributes: fc.jsonValue(),
        ['__proto__']: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  )
  property.prop([fc.array(fragments, { minLength: 1, maxLength: 6 })])(
    'of any JSON never throw, and answers come in order and add up',
    async (given) => {
      const { reply, messages } = await post(JSON.stringify(given))
      const said = reply.body as {
        accepted?: number
        errors: { index: number }[]
        requestIds?: string[]
      }
      const indices = said.errors.map(({ index }) => index)
      expect(indices).toEqual(indices.toSorted((a, b) => a - b))
      expect(messages).toHaveLength(said.accepted ?? 0)
      expect(said.requestIds ?? []).toEqual(messages.map(({ value }) => value.requestId))
      for (const { value } of messages) expect(JSON.stringify(value).isWellFormed()).toBe(true)
    },
  )

  test('nested without an end are refused', async () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    expect(await replied(`{"request":${deep}}`)).toMatchObject({
      status: 400,
      errors: [{ index: 0 }],
    })
  })
})

test('the example in the documents gives the reply that they show', async () => {
  const page = readFileSync('docs/connect.md', 'utf8')
  const example = /<<'LINES'\n([\s\S]*?)LINES\n[\s\S]*?```json\n([\s\S]*?)```/.exec(page)
  const [, lines = '', shown] = example ?? []
  const headers = { 'content-type': 'application/x-ndjson' }
  const { reply } = await post(lines, { headers })
  expect(reply.status).toBe(202)
  expect(shown).toBe(`${JSON.stringify(reply.body)}\n`)
})
