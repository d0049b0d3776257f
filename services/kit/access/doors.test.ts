import { appendFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Feedback, topics } from '#schemas'
import { Transient } from '../errors.ts'
import { message } from '../outcome.ts'
import { defineProxy, defineRoute, reply } from '../route.ts'
import { wire } from '../runtime/wire.ts'
import { startPaths } from '../testing/http-scene.ts'
import { createApiKey } from './keys.ts'

const secret = 'a secret of thirty-two bytes or more'

const note = defineRoute({
  service: 'gateway',
  name: 'note',
  method: 'POST',
  path: '/notes',
  scope: 'publish',
  outputs: [topics.feedback],
  settings: {},
  decide: ({ client, headers, requestId }) =>
    reply(202, { client, headers }, [
      message(topics.feedback, { requestId, feedbackId: requestId } as Feedback),
    ]),
})

const ask = defineProxy({
  service: 'gateway',
  name: 'ask',
  method: 'POST',
  path: '/ask',
  scope: 'infer',
  outputs: [],
  settings: {},
  gather: async () => undefined,
  plan: ({ client }) => ({ kind: 'serve', plan: client }),
  serve: async (plan, stream) => {
    stream.start(200, { 'content-type': 'text/plain' })
    stream.writeLast(plan)
  },
  log: () => [],
})

const wireds = () => [wire(note, undefined), wire(ask, undefined)]

const keyFile = async (...scopes: ('publish' | 'infer')[][]) => {
  const folder = await mkdtemp(join(tmpdir(), 'flywheel-keys-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'keys.jsonl')
  const made = scopes.map((each, index) =>
    createApiKey({ client: `client-${index}`, scopes: each }, secret, Date.now()),
  )
  await writeFile(path, made.map(({ entry }) => `${JSON.stringify(entry)}\n`).join(''), {
    mode: 0o600,
  })
  return { path, made, environment: { API_KEYS_FILE: path, API_KEYS_SECRET: secret } }
}

const bearer = (key = '') => ({ authorization: `Bearer ${key}` })

describe('keys', () => {
  test('open the paths of their scopes, and name the client whatever the caller says', async () => {
    const { made, environment } = await keyFile(['publish'], ['infer'])
    const { post } = await startPaths(wireds(), environment)
    const [publish, infer] = made.map(({ key }) => key)
    const noted = await post('/notes', {}, { ...bearer(publish), 'x-client-id': 'somebody else' })
    expect(noted.status).toBe(202)
    const body = Object(await noted.json())
    expect(body).toMatchObject({ client: 'client-0', headers: { 'x-client-id': 'client-0' } })
    expect(JSON.stringify(body)).not.toContain(publish)
    expect((await post('/notes', {}, { 'x-api-key': publish ?? '' })).status).toBe(202)
    expect(await (await post('/ask', {}, bearer(infer))).text()).toBe('client-1')
  })

  test('are asked for before a body is read, in the form of OpenAI', async () => {
    const { made, environment } = await keyFile(['publish'])
    const { post, broker, service } = await startPaths(wireds(), environment)
    for (const headers of [{}, bearer('sk-other'), bearer(`${made[0]?.key}x`)]) {
      const refused = await post('/notes', '{ broken', headers)
      expect([refused.status, await refused.json()]).toMatchObject([
        401,
        { error: { code: 'invalid_api_key' } },
      ])
    }
    const forbidden = await post('/ask', {}, bearer(made[0]?.key))
    expect([forbidden.status, await forbidden.json()]).toMatchObject([
      403,
      { error: { code: 'insufficient_permissions' } },
    ])
    expect(broker.produced).toEqual([])
    expect((await fetch(`${service.httpUrl}/health`)).status).toBe(200)
    const metrics = await (await fetch(`${service.httpUrl}/metrics`)).text()
    expect(metrics).toMatch(/flywheel_http_refused_total{.*route="note",reason="unauthorized"} 3/)
  })

  test('follow their file, and stay as they were while it is broken', async () => {
    const { path, made, environment } = await keyFile(['publish'], ['publish'])
    const { post, service } = await startPaths(wireds(), environment)
    const [first, second] = made
    const statusOf = async (key = '') => (await post('/notes', {}, bearer(key))).status
    expect([await statusOf(first?.key), await statusOf(second?.key)]).toEqual([202, 202])
    await appendFile(path, `${JSON.stringify({ ...first?.entry, disabled: true })}\n`)
    await expect.poll(() => statusOf(first?.key), { timeout: 5000 }).toBe(401)
    expect(await statusOf(second?.key)).toBe(202)
    await writeFile(path, 'broken')
    const stale = async () => {
      await statusOf()
      return (await fetch(`${service.httpUrl}/metrics`)).text()
    }
    await expect.poll(stale, { timeout: 5000 }).toMatch(/flywheel_api_keys_stale{.*} 1/)
    expect(await statusOf(second?.key)).toBe(202)
  })

  test('say at the start what is wrong with them', async () => {
    const { path, environment } = await keyFile(['publish'])
    const failing = (given: object) => startPaths(wireds(), { ...environment, ...given })
    await expect(failing({ API_KEYS_SECRET: 'short' })).rejects.toThrow('at least 32 bytes')
    await expect(failing({ API_KEYS_FILE: `${path}.none` })).rejects.toThrow('ENOENT')
    await chmod(path, 0o604)
    await expect(failing({})).rejects.toThrow('0600')
    await chmod(path, 0o600)
    await appendFile(path, '{}')
    await expect(failing({})).rejects.toThrow('line 2 is no key')
  })

  test('are missed in the log where the paths are open to other machines', async () => {
    const { machinery } = await startPaths(wireds(), { HTTP_HOST: '0.0.0.0' })
    expect(machinery.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('API_KEYS_FILE') }),
    )
  })
})

describe('limits', () => {
  test('of requests tell what is left, and when to come again', async () => {
    const { post } = await startPaths(wireds(), { HTTP_REQUESTS_PER_SECOND: '2' })
    const answers = await Promise.all([1, 2, 3, 4].map(() => post('/notes', {})))
    const told = answers.map(({ status, headers }) => [status, headers.get('ratelimit-remaining')])
    expect(told.sort()).toEqual([
      [202, '0'],
      [202, '1'],
      [429, '0'],
      [429, '0'],
    ])
    const late = answers.find(({ status }) => status === 429)
    expect(late?.headers.get('retry-after')).toBe('1')
    expect(await late?.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } })
    await expect.poll(async () => (await post('/notes', {})).status, { timeout: 5000 }).toBe(202)
    const streamed = await post('/ask', {})
    expect(streamed.headers.get('ratelimit-limit')).toBe('2')
  })

  test('of bytes are counted by client', async () => {
    const { made, environment } = await keyFile(['publish'], ['publish'])
    const limits = { ...environment, HTTP_BYTES_PER_SECOND: '1000' }
    const { post } = await startPaths(wireds(), limits)
    const [first, second] = made.map(({ key }) => key)
    expect((await post('/notes', { long: 'x'.repeat(5000) }, bearer(first))).status).toBe(202)
    const refused = await post('/notes', {}, bearer(first))
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, 6])
    expect((await post('/notes', {}, bearer(second))).status).toBe(202)
  })

  test('of bodies under way hold for all callers together, and end with the answer', async () => {
    const scene = await startPaths(wireds(), { HTTP_BODIES_BYTES_MAX: '1000' })
    const { broker, post, service } = scene
    const gate = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    const { produce } = broker
    broker.produce = async (messages) => {
      arrived.resolve()
      await gate.promise
      await produce(messages)
    }
    const body = { long: 'x'.repeat(700) }
    const first = post('/notes', body)
    await arrived.promise
    const refused = await post('/notes', body)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    gate.resolve()
    expect((await first).status).toBe(202)
    const metrics = async () => (await fetch(`${service.httpUrl}/metrics`)).text()
    await expect.poll(metrics).toMatch(/flywheel_http_body_bytes{.*} 0/)
    expect((await post('/notes', body)).status).toBe(202)
  })

  test('of time end a request that does not arrive', async () => {
    const { service } = await startPaths(wireds(), { HTTP_RECEIVE_TIMEOUT_MS: '200' })
    const { port, hostname } = new URL(service.httpUrl)
    const socket = connect(Number(port), hostname)
    socket.write('POST /notes HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{')
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (data) => resolve(String(data))),
    )
    socket.destroy()
    expect(answer).toMatch(/^HTTP\/1.1 408 /)
  })
})

describe('backpressure', () => {
  test('answers 429 while too much is under way to Kafka', async () => {
    const { broker, post } = await startPaths(wireds(), { PUBLISH_WAITING_BYTES_MAX: '700' })
    const gate = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    const { produce } = broker
    broker.produce = async (messages) => {
      arrived.resolve()
      await gate.promise
      await produce(messages)
    }
    const first = post('/notes', {})
    await arrived.promise
    const refused = await post('/notes', {})
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    gate.resolve()
    expect((await first).status).toBe(202)
    expect((await post('/notes', {})).status).toBe(202)
    expect(broker.produced).toHaveLength(2)
  })

  test('answers 503 when Kafka does not acknowledge in time, and at once after that', async () => {
    const { broker, post } = await startPaths(wireds(), { PUBLISH_ACKNOWLEDGE_MS: '50' })
    const { produce } = broker
    let sends = 0
    broker.produce = () => {
      sends += 1
      return new Promise(() => undefined)
    }
    const statuses = []
    for (let count = 0; count < 5; count++) {
      const { status, headers } = await post('/notes', {})
      statuses.push([status, headers.get('retry-after')])
    }
    expect(statuses).toEqual(Array(5).fill([503, '1']))
    expect(sends).toBe(1)
    broker.produce = produce
    await expect.poll(async () => (await post('/notes', {})).status, { timeout: 5000 }).toBe(202)
    broker.failProduce(new Transient('down'))
    expect((await post('/notes', {})).status).toBe(503)
  })

  test('answers 413 for a record that no topic takes', async () => {
    const huge = defineRoute({
      ...note,
      decide: () => {
        const value = { requestId: 'r', feedbackId: 'f', comment: 'x'.repeat(20_000) } as Feedback
        return reply(202, {}, [message(topics.feedback, value)])
      },
    })
    const environment = { KAFKA_MESSAGE_BYTES_MAX: '10000' }
    const { broker, post } = await startPaths([wire(huge, undefined)], environment)
    const refused = await post('/notes', {})
    expect([refused.status, await refused.json()]).toMatchObject([
      413,
      { error: { type: 'record_too_large' } },
    ])
    expect(broker.produced).toEqual([])
  })
})
