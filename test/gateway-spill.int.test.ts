import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { silentLog } from '#kit'
import { topics } from '#schemas'
import { ensureTopics } from '../infra/kafka/ensure-topics.ts'
import { topicSpecifications } from '../infra/kafka/topics.ts'
import { freePorts } from '../infra/native/ports.ts'
import { type Stack, startStack } from '../infra/native/start-stack.ts'
import { kafkaBroker } from '../services/kit/adapters/kafka/index.ts'

const main = fileURLToPath(new URL('../services/gateway/main.ts', import.meta.url))

/** A production model that always says the same. */
const openModel = async (): Promise<string> => {
  const message = { role: 'assistant', content: 'Hello.' }
  const body = JSON.stringify({
    model: 'm',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
  })
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const startGateway = async (stack: Stack, model: string, folder: string) => {
  const [port = 0] = await freePorts(1)
  const child: ChildProcess = spawn(process.execPath, [main], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      KAFKA_BROKERS: stack.kafka.brokers.join(','),
      REGISTRY_URL: stack.registry.url,
      OBJECTS_URI: join(folder, 'objects'),
      PROXY_SPILL_DIR: join(folder, 'spill'),
      PUBLISH_ACKNOWLEDGE_MS: '2000',
      HTTP_PORT: String(port),
      LOG_LEVEL: 'error',
      GATEWAY_UPSTREAM_URL: model,
      GATEWAY_UPSTREAM_ALLOW_PRIVATE: 'true',
    },
  })
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  onTestFinished(kill)
  const url = `http://127.0.0.1:${port}`
  const isReady = () =>
    fetch(`${url}/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(isReady, { timeout: 60_000, interval: 200 }).toBe(true)
  return { url, kill }
}

const post = (url: string, path: string, id: string, body: unknown) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': id },
    body: JSON.stringify(body),
  })

/** The calls of these ids, one after the other; resolves with the ids whose whole answer came. */
const ask = async (url: string, ids: readonly string[]): Promise<string[]> => {
  const answered: string[] = []
  for (const id of ids) {
    const body = { model: 'm', messages: [{ role: 'user', content: `I am ${id}` }] }
    const response = await post(url, '/v1/chat/completions', id, body)
    expect(await response.text()).toContain('Hello.')
    answered.push(id)
  }
  return answered
}

const follow = async (stack: Stack) => {
  const broker = await kafkaBroker({
    brokers: stack.kafka.brokers,
    clientId: 'spill-test',
    log: silentLog,
  })
  const keys: string[] = []
  const follower = await broker.follow({
    topic: topics.inferenceLogs.name,
    take: async ({ records }) => {
      keys.push(...records.map(({ key }) => String(key)))
    },
  })
  onTestFinished(async () => {
    await follower.stop()
    await broker.close()
  })
  return keys
}

const named = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`)

test('every call that was answered while Kafka stood still is in its topic, though the gateway was killed', {
  timeout: 180_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-spill-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  await using stack = await startStack({
    dataDir: join(folder, 'stack'),
    components: ['kafka', 'registry'],
  })
  await ensureTopics(stack.kafka.brokers, topicSpecifications(1))
  const model = await openModel()
  const first = await startGateway(stack, model, folder)
  const before = await ask(first.url, named('before', 3))
  const kafka = stack.child('kafka').pid() ?? 0
  process.kill(kafka, 'SIGSTOP')
  const during = await Promise.all(
    named('caller', 8).map((caller) => ask(first.url, named(caller, 10))),
  )
  const feedback = { requestId: 'before-0', kind: 'thumbs', value: 'up' }
  expect((await post(first.url, '/v1/feedback', 'f1', feedback)).status).toBe(503)
  const startedMs = performance.now()
  const refused = await post(first.url, '/v1/feedback', 'f2', feedback)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(performance.now() - startedMs).toBeLessThan(1000)
  await first.kill()
  process.kill(kafka, 'SIGCONT')
  await startGateway(stack, model, folder)
  const keys = await follow(stack)
  const answered = new Set([...before, ...during.flat()])
  await expect
    .poll(() => [...answered].filter((id) => !keys.includes(id)), { timeout: 60_000 })
    .toEqual([])
  expect(new Set(keys)).toEqual(answered)
})
