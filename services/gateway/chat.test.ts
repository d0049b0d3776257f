import { describe, expect, test } from 'vitest'
import { chatChunks, chatResponse, eventStreamOf, type HttpResponse, Transient } from '#kit'
import { memoryObjects, runOnMemory } from '#kit/testing'
import {
  type Ask,
  answering,
  completion,
  eventStream,
  ordinary,
  starting,
} from './testing/chat-scene.ts'
import { aRequest } from './testing/samples.ts'
import { gatewayWorld } from './world/gateway-world.ts'

const start = starting({
  run: (build, options) => runOnMemory('gateway', build, options),
  objects: memoryObjects,
  world: gatewayWorld,
})

describe('without a champion', () => {
  test('the production model answers, and the call is logged with tokens and price', async () => {
    const { post, logged, asked } = await start(ordinary, {
      GATEWAY_UPSTREAM_URL: 'https://models.example/v1/',
      GATEWAY_UPSTREAM_KEY: 'sk-ours',
      GATEWAY_SUBJECT_KEY: 'a key of sixteen+',
    })
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    const response = await post(aRequest('hello'), {
      ...{ 'x-request-id': 'r1', 'x-session-id': 's1', 'x-client-id': 'app', 'x-subject': 'jane' },
      ...{ traceparent, authorization: 'Bearer theirs' },
    })
    expect(await response.json()).toEqual(chatResponse(completion))
    expect(response.headers.get('x-request-id')).toBe('r1')
    expect(response.headers.get('x-flywheel-served-by')).toBe('production')
    expect(response.headers.get('x-flywheel-route')).toBe('no-champion')
    expect(asked[0]?.url).toBe('https://models.example/v1/chat/completions')
    expect(asked[0]?.options.headers).toMatchObject({
      authorization: 'Bearer sk-ours',
      traceparent,
    })
    const [log] = await logged(1)
    expect(log).toMatchObject({
      ...{ requestId: 'r1', sessionId: 's1', client: 'app', traceId: 'a'.repeat(32) },
      ...{ workload: 'mail', servedBy: 'production', role: 'served', status: 200, error: '' },
      ...{ promptTokens: 1_000_000, completionTokens: 100_000, costUsd: 3.5, confidence: null },
      ...{ model: 'gpt-4o', finishReason: 'stop', routeReason: 'no-champion', artifactHash: '' },
      attributes: { answeredBy: 'gpt-4o-2024-08-06' },
    })
    expect(log?.subject).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.parse(log?.request ?? '')).toEqual(aRequest('hello'))
    expect(JSON.parse(log?.response ?? '')).toEqual(chatResponse(completion))
    expect(log?.latencyMs).toBeGreaterThan(0)
  })

  test('a stream passes byte for byte and is put together for the log', async () => {
    const whole = eventStreamOf(chatChunks(completion, true)).replaceAll('data:', ': odd\ndata:')
    const pieces = whole.match(/[\s\S]{1,7}/g) ?? []
    const { post, logged } = await start(() => answering(200, pieces, eventStream))
    const response = await post(aRequest('hello', { stream: true }))
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(await response.text()).toBe(whole)
    const [log] = await logged(1)
    expect(log).toMatchObject({ promptTokens: 1_000_000, finishReason: 'stop', status: 200 })
    expect(log?.ttftMs).toBeGreaterThan(0)
    expect(JSON.parse(log?.response ?? '')).toMatchObject({
      choices: [{ message: { role: 'assistant', content: 'Hello.' } }],
    })
  })

  test('a stream that breaks ends in an error that clients read', async () => {
    const first = eventStreamOf(chatChunks(completion, false)).split('\n\n').slice(0, 2)
    const pieces = [`${first.join('\n\n')}\n\n`, new Transient('reset')]
    const { post, logged } = await start(() => answering(200, pieces, eventStream))
    const text = await (await post(aRequest('hello', { stream: true }))).text()
    expect(text).toContain('"code":"upstream_unreachable"')
    expect(text).not.toContain('[DONE]')
    expect(await logged(1)).toMatchObject([{ status: 502 }])
  })

  test.each([
    ['refuses the caller', 429, '{"error":{"message":"slow down"}}', 429, 'slow down'],
    ['is broken', 500, '<html>', 502, 'upstream_error'],
  ])('an upstream that %s is told in OpenAI’s form', async (_, status, body, shown, said) => {
    const { post, logged } = await start(() => answering(status, [body], { 'retry-after': '7' }))
    const response = await post(aRequest('hello'))
    expect([response.status, response.headers.get('retry-after')]).toEqual([shown, '7'])
    expect(await response.text()).toContain(said)
    expect(await logged(1)).toMatchObject([{ status: shown, response: '' }])
  })

  test('an upstream that is away is 502, one that is slow 504', async () => {
    let isSlow = false
    const ask: Ask = (_url, { signal }) => {
      if (!isSlow) throw new Transient('no route')
      const late = Promise.withResolvers<HttpResponse>()
      signal?.addEventListener('abort', () => late.reject(new Transient('aborted')))
      return late.promise
    }
    const { post, logged } = await start(ask, { GATEWAY_UPSTREAM_TIMEOUT_MS: '20' })
    expect((await post(aRequest('hello'))).status).toBe(502)
    isSlow = true
    const response = await post(aRequest('hello'))
    expect([response.status, await response.json()]).toMatchObject([
      504,
      { error: { type: 'api_error', code: 'upstream_timeout' } },
    ])
    expect((await logged(2)).map(({ status }) => status)).toEqual([502, 504])
  })

  test('a request that does not fit is 400 and logged', async () => {
    const { post, logged } = await start()
    const response = await post({ messages: [] })
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { type: 'invalid_request_error' } },
    ])
    expect(await logged(1)).toMatchObject([{ status: 400, routeReason: 'invalid-request' }])
  })
})

describe('context', () => {
  const withRetriever = { GATEWAY_RETRIEVER_URL: 'http://retriever:1' }
  const collection = { 'x-flywheel-collection': 'manuals' }
  test('is fetched where asked for, put in front, and logged', async () => {
    const chunks = [{ chunkId: 'c1', title: 'Manual', heading: '', text: 'Press it.', score: 1 }]
    const ask: Ask = (url, options) =>
      url.endsWith('/v1/search')
        ? answering(200, [JSON.stringify({ chunks })])
        : ordinary(url, options)
    const { post, logged, asked } = await start(ask, withRetriever)
    await post(aRequest('how?'), collection)
    expect(JSON.parse(String(asked[0]?.options.body))).toEqual({
      query: 'how?',
      collection: 'manuals',
      limit: 5,
    })
    expect(String(asked[1]?.options.body)).toContain('Press it.')
    expect(await logged(1)).toMatchObject([{ chunkIds: ['c1'], railHits: [] }])
  })

  test.each([
    ['down', 503, ''],
    ['talking rubbish', 200, '{"chunks":7}'],
  ])('is left out where the retriever is %s', async (_, status, body) => {
    const ask: Ask = (url, options) =>
      url.endsWith('/v1/search') ? answering(status, [body]) : ordinary(url, options)
    const { post, logged } = await start(ask, withRetriever)
    expect((await post(aRequest('how?'), collection)).status).toBe(200)
    expect(await logged(1)).toMatchObject([{ chunkIds: [], railHits: ['context:unavailable'] }])
  })
})

test('settings that can not be are all told before anything starts, secrets not shown', async () => {
  const wrong = { GATEWAY_SUBJECT_KEY: 'hush', GATEWAY_SAMPLED_SHARE: '2' }
  const told = await start(ordinary, wrong).catch((error: Error) => error.message)
  expect(told).toContain('GATEWAY_SAMPLED_SHARE: "2"')
  expect(told).toContain('GATEWAY_SUBJECT_KEY: its value')
  expect(told).not.toContain('hush')
})

test('a price file that is not there stops the start', async () => {
  await expect(start(ordinary, { PRICES_FILE: '/nowhere' })).rejects.toThrow(/PRICES_FILE/)
})
