import { describe, expect, onTestFinished, test } from 'vitest'
import { type Feedback, type InferenceLog, topics } from '#schemas'
import { Transient } from '../../errors.ts'
import { message } from '../../outcome.ts'
import { defineProxy, defineRoute, reply } from '../../route.ts'
import { handBroker } from '../../testing/hand-broker.ts'
import { testMachinery } from '../../testing/machinery.ts'
import { startService } from '../../testing/running-service.ts'
import { wire } from '../wire.ts'
import type { Wired } from '../wired.ts'

const note = defineRoute({
  service: 'gateway',
  name: 'note',
  method: 'POST',
  path: '/notes/:id',
  outputs: [topics.feedback],
  settings: {},
  gather: async ({ params }) => {
    if (params['id'] === 'down') throw new Transient('down')
    return params['id'] ?? ''
  },
  decide: ({ body, requestId }, { facts }) => {
    if (facts === 'bug') throw new TypeError('private')
    const value = { requestId: facts, feedbackId: requestId } as Feedback
    return reply(202, { id: facts, got: body }, [message(topics.feedback, value)])
  },
})

interface Served {
  readonly chunks: number
  readonly hungUp: boolean
}

interface Upstream {
  readonly stream: (write: (chunk: string) => Promise<void>, signal: AbortSignal) => Promise<void>
}

const call = defineProxy({
  service: 'gateway',
  name: 'call',
  method: 'POST',
  path: '/call',
  outputs: [topics.inferenceLogs],
  settings: {},
  gather: async (_request, _world: Upstream) => undefined,
  plan: ({ body }) =>
    body === undefined || body === null
      ? { kind: 'refuse', reply: { status: 422, body: { error: 'empty' } }, plan: 'refused' }
      : { kind: 'serve', plan: 'served' },
  serve: async (_plan, stream, world, _settings, signal): Promise<Served> => {
    let chunks = 0
    stream.start(200, { 'content-type': 'text/event-stream' })
    await world.stream(async (chunk) => {
      chunks += 1
      await stream.write(chunk)
    }, signal)
    return { chunks, hungUp: signal.aborted }
  },
  log: ({ requestId }, plan, served) => [
    message(topics.inferenceLogs, {
      requestId,
      model: plan,
      finishReason: served === undefined ? 'refused' : `${served.chunks} ${served.hungUp}`,
    } as InferenceLog),
  ],
})

const started = async (wireds: readonly Wired[], environment = {}) => {
  const broker = handBroker()
  const machinery = testMachinery(broker, { environment })
  const service = await startService('gateway', async () => wireds, machinery)
  onTestFinished(() => service.stop())
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${service.httpUrl}${path}`, {
      method: 'POST',
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    })
  const logged = async () => {
    const values = broker.produced.map(({ value }) => value)
    const decoded = await machinery.memoryCodec.decode(topics.inferenceLogs, values)
    return decoded.map((each) => ('value' in each ? Object(each.value) : {}))
  }
  return { broker, machinery, service, post, logged }
}

const upstream = (...chunks: string[]): Upstream => ({
  stream: async (write) => {
    for (const chunk of chunks) await write(chunk)
  },
})

describe('a route', () => {
  test('answers after its records are acknowledged, keyed and traced', async () => {
    const { broker, post } = await started([wire(note, undefined)])
    const response = await post('/notes/n1', { thumbs: 'up' }, { 'x-request-id': 'r1' })
    expect([response.status, await response.json()]).toEqual([
      202,
      { id: 'n1', got: { thumbs: 'up' } },
    ])
    expect(broker.produced).toHaveLength(1)
    expect(broker.produced[0]).toMatchObject({ topic: 'feedback', key: 'n1' })
    expect(broker.produced[0]?.headers?.['traceparent']).toMatch(/^00-/)
  })

  test('answers 503 when a neighbour or Kafka is dead, 500 for a bug without quoting it', async () => {
    const { broker, post } = await started([wire(note, undefined)])
    const down = await post('/notes/down', {})
    expect([down.status, down.headers.get('retry-after')]).toEqual([503, '1'])
    const bug = await post('/notes/bug', {})
    expect([bug.status, await bug.text()]).toEqual([500, expect.not.stringContaining('private')])
    broker.failProduce(new Transient('no broker'))
    expect((await post('/notes/n2', {})).status).toBe(503)
  })

  test('refuses what is no JSON, too large, of another type or nowhere', async () => {
    const { post, broker } = await started([wire(note, undefined)], { HTTP_BODY_BYTES_MAX: '100' })
    const statuses = [
      await post('/notes/a', '{"half":'),
      await post('/notes/a', { long: 'x'.repeat(200) }),
      await post('/notes/a', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      await post('/nowhere', {}),
    ].map(({ status }) => status)
    expect(statuses).toEqual([400, 413, 415, 404])
    expect(broker.produced).toEqual([])
  })
})

describe('a proxy', () => {
  test('streams as the upstream does and records afterwards', async () => {
    const { post, logged, service } = await started([wire(call, upstream('one ', 'two'))])
    const response = await post('/call', { model: 'm' }, { 'x-request-id': 'r1' })
    expect([response.status, await response.text()]).toEqual([200, 'one two'])
    await service.stop()
    expect(await logged()).toMatchObject([
      { requestId: 'r1', model: 'served', finishReason: '2 false' },
    ])
  })

  test('hands the first chunk on before the last one is made', async () => {
    const gate = Promise.withResolvers<void>()
    const slow: Upstream = {
      stream: async (write) => {
        await write('first')
        await gate.promise
        await write('last')
      },
    }
    const { post } = await started([wire(call, slow)])
    const response = await post('/call', {})
    const reader = response.body?.getReader()
    const first = await reader?.read()
    expect(Buffer.from(first?.value ?? []).toString()).toBe('first')
    gate.resolve()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('last')
  })

  test('records a refused call', async () => {
    const { post, logged, service } = await started([wire(call, upstream())])
    expect((await post('/call')).status).toBe(422)
    await service.stop()
    expect(await logged()).toMatchObject([{ model: 'refused', finishReason: 'refused' }])
  })

  test('tells the upstream when the caller hangs up, and records that', async () => {
    const hungUp = Promise.withResolvers<void>()
    const endless: Upstream = {
      stream: async (write, signal) => {
        await write('first')
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        hungUp.resolve()
      },
    }
    const { post, logged, service } = await started([wire(call, endless)])
    const response = await post('/call', {})
    await response.body?.cancel()
    await hungUp.promise
    await service.stop()
    expect(await logged()).toMatchObject([{ finishReason: '1 true' }])
  })

  test('keeps records while Kafka is dead and flushes them at the stop', async () => {
    const { post, logged, service, broker } = await started([wire(call, upstream('x'))])
    broker.failProduce(new Transient('no broker'))
    for (let calls = 0; calls < 3; calls++) await (await post('/call', {})).text()
    expect(broker.produced).toEqual([])
    broker.failProduce(undefined)
    await service.stop()
    expect(await logged()).toHaveLength(3)
  })

  test('breaks a stream off when the upstream breaks, so that nobody takes it for whole', async () => {
    const broken: Upstream = {
      stream: async (write) => {
        await write('half')
        throw new TypeError('broken')
      },
    }
    const { post } = await started([wire(call, broken)])
    const whole = post('/call', {}).then((response) => response.text())
    await expect(whole).rejects.toThrow()
  })
})
