import { describe, expect, test } from 'vitest'
import { type InferenceLog, topics } from '#schemas'
import { Transient } from '../../errors.ts'
import { message } from '../../outcome.ts'
import { defineProxy } from '../../route.ts'
import { startPaths } from '../../testing/http-scene.ts'
import { wire } from '../wire.ts'

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

const upstream = (...chunks: string[]): Upstream => ({
  stream: async (write) => {
    for (const chunk of chunks) await write(chunk)
  },
})

describe('a proxy', () => {
  test('streams as the upstream does and records afterwards', async () => {
    const { post, logged, service } = await startPaths([wire(call, upstream('one ', 'two'))])
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
    const { post } = await startPaths([wire(call, slow)])
    const response = await post('/call', {})
    const reader = response.body?.getReader()
    const first = await reader?.read()
    expect(Buffer.from(first?.value ?? []).toString()).toBe('first')
    gate.resolve()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('last')
  })

  test('records a refused call', async () => {
    const { post, logged, service } = await startPaths([wire(call, upstream())])
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
    const { post, logged, service } = await startPaths([wire(call, endless)])
    const response = await post('/call', {})
    await response.body?.cancel()
    await hungUp.promise
    await service.stop()
    expect(await logged()).toMatchObject([{ finishReason: '1 true' }])
  })

  test('ends an answer only when the call is on record', async () => {
    const { post, broker } = await startPaths([wire(call, upstream('all'))])
    const produce = broker.produce
    const gate = Promise.withResolvers<void>()
    broker.produce = async (messages) => {
      await gate.promise
      await produce(messages)
    }
    const reader = (await post('/call', {})).body?.getReader()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('all')
    const end = reader?.read()
    expect(await Promise.race([end, new Promise((go) => setTimeout(go, 50, 'waits'))])).toBe(
      'waits',
    )
    gate.resolve()
    expect((await end)?.done).toBe(true)
    expect(broker.produced).toHaveLength(1)
  })

  test('keeps records while Kafka is dead and flushes them at the stop', async () => {
    const { post, logged, service, broker } = await startPaths([wire(call, upstream('x'))])
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
    const { post } = await startPaths([wire(call, broken)])
    const whole = post('/call', {}).then((response) => response.text())
    await expect(whole).rejects.toThrow()
  })
})
