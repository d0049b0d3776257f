import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { askClickHouse } from '../examples/wheel/clickhouse.ts'
import { applyDdl } from '../infra/clickhouse/apply.ts'
import { ensureSchemas } from '../infra/kafka/ensure-schemas.ts'
import { ensureTopics } from '../infra/kafka/ensure-topics.ts'
import { topicSpecifications } from '../infra/kafka/topics.ts'
import { chatChunks, chatResponse, eventStreamOf } from '../services/kit/index.ts'

const { kafka, registry, clickhouse } = inject('stack')
const folder = mkdtempSync(join(tmpdir(), 'flywheel-logs-door-'))
const stops: (() => Promise<void>)[] = []
let door = ''

/** Starts a service as a process of its own; resolves with its address when it runs. */
const launch = async (name: string): Promise<string> => {
  const child = spawn(process.execPath, [`services/${name}/main.ts`], {
    env: {
      ...process.env,
      KAFKA_BROKERS: kafka.brokers.join(','),
      REGISTRY_URL: registry.url,
      CLICKHOUSE_URL: clickhouse.url,
      CLICKHOUSE_USER: clickhouse.user,
      CLICKHOUSE_PASSWORD: clickhouse.password,
      OBJECTS_URI: folder,
      GATEWAY_SUBJECT_KEY: 'a key of sixteen+',
      HTTP_PORT: '0',
      LOG_LEVEL: 'info',
      FLYWHEEL_PARENT_PIPE: '1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  stops.push(async () => {
    child.stdin.end()
    if (child.exitCode === null) await once(child, 'exit')
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line)
    if (said.msg !== 'started') continue
    child.stdout.resume()
    return said.httpUrl
  }
  throw new Error(`${name} did not start`)
}

beforeAll(async () => {
  await Promise.all([
    ensureTopics(kafka.brokers, topicSpecifications(1)),
    ensureSchemas(registry.url),
    applyDdl(clickhouse),
  ])
  const [url] = await Promise.all([launch('gateway'), launch('log-sink')])
  door = url
})

afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()))
  rmSync(folder, { recursive: true, force: true })
})

const post = async (body: string, contentType = 'application/json') => {
  const answer = await fetch(`${door}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

interface Row {
  readonly request_id: string
  readonly [column: string]: unknown
}

const ask = askClickHouse(clickhouse)
const rowsOf = (session: string) =>
  ask<Row>(
    `SELECT * FROM flywheel.inference_logs WHERE session_id = {session:String}
      ORDER BY kafka_offset`,
    { session },
  )
const stored = async (session: string, count: number): Promise<readonly Row[]> => {
  await expect
    .poll(async () => (await rowsOf(session)).length, { timeout: 30_000, interval: 200 })
    .toBe(count)
  return rowsOf(session)
}

const request = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Subject: lunch?' }] }
const completion = {
  id: 'chatcmpl-1',
  model: 'gpt-4o',
  message: { role: 'assistant', content: 'deliver' },
  createdAtMs: Date.now() - 60_000,
  usage: { promptTokens: 12, completionTokens: 2 },
} as const
const response = chatResponse(completion)
const chunks = chatChunks(completion, true)

describe('logs over HTTP end as rows', () => {
  test('in every shape, under the ids of the reply, beside errors by index', async () => {
    const session = randomUUID()
    const blueprint = {
      request,
      response,
      workload_id: 'mail',
      client_id: 'shop',
      timestamp: Date.now(),
    }
    const shapes = [
      { request, response, user: 'jane' },
      blueprint,
      {
        requestId: `own-${session}`,
        request: JSON.stringify(request),
        response: JSON.stringify(response),
        eventTimeMs: Date.now(),
        servedBy: 'human',
      },
      { request, response: chunks, latencyMs: 80 },
      { request, response: eventStreamOf(chunks.slice(0, 2)).replace('data: [DONE]\n\n', '') },
    ].map((shape) => ({ ...shape, sessionId: session }))
    const { status, body } = await post(JSON.stringify([{ request, status: 20 }, ...shapes, 7]))
    expect(status).toBe(202)
    expect(body).toMatchObject({
      accepted: 5,
      errors: [
        { index: 0, field: 'status' },
        { index: 6, message: 'is not a JSON object' },
      ],
    })
    const rows = await stored(session, 5)
    expect(rows.map((row) => row.request_id)).toEqual(body['requestIds'])
    const [pair, shop, own, stream, cut] = rows
    expect(pair).toMatchObject({ subject: expect.stringMatching(/^[0-9a-f]{64}$/), status: 200 })
    expect(shop).toMatchObject({ workload: 'mail', client: 'shop' })
    expect(own).toMatchObject({ request_id: `own-${session}`, served_by: 'human' })
    expect(stream).toMatchObject({ latency_ms: 80, finish_reason: 'stop' })
    expect(JSON.parse(String(stream?.['response']))).toMatchObject({
      choices: [{ message: { content: 'deliver' } }],
    })
    expect(cut).toMatchObject({ status: 502, error: 'the stream ended before its end' })
  })

  test('a line each, with chunks as lines of their own; and sent again they are repeats', async () => {
    const session = randomUUID()
    const streamed = chunks.map((chunk) => ({ requestId: `chunked-${session}`, chunk }))
    const records = [
      { request, response, sessionId: session },
      { requestId: `chunked-${session}`, sessionId: session, request },
      ...streamed,
    ]
    const lines = records.map((record) => JSON.stringify(record)).join('\n')
    const first = await post(lines, 'application/x-ndjson')
    const again = await post(lines, 'application/x-ndjson')
    expect(first).toMatchObject({ status: 202, body: { accepted: 2, errors: [] } })
    expect(again).toEqual(first)
    const rows = await stored(session, 4)
    expect(rows.map(({ is_repeat: isRepeat }) => Number(isRepeat))).toEqual([0, 0, 1, 1])
    expect(new Set(rows.map((row) => row.request_id))).toEqual(
      new Set(first.body['requestIds'] as string[]),
    )
  })

  test('with what was said of the call', async () => {
    const session = randomUUID()
    const feedback = { kind: 'label', value: 'quarantine' }
    const { status, body } = await post(
      JSON.stringify({ request, response, sessionId: session, feedback }),
    )
    expect([status, body]).toMatchObject([202, { feedbackIds: [expect.any(String)] }])
    const [row] = await stored(session, 1)
    const said = () =>
      ask<Row>('SELECT request_id, value FROM flywheel.feedback WHERE request_id = {id:String}', {
        id: row?.request_id ?? '',
      })
    await expect
      .poll(said, { timeout: 30_000, interval: 200 })
      .toEqual([{ request_id: row?.request_id, value: 'quarantine' }])
  })

  test('as the documents show it', async () => {
    const page = readFileSync('docs/connect.md', 'utf8')
    const example = /<<'LINES'\n([\s\S]*?)LINES\n[\s\S]*?```json\n([\s\S]*?)```/.exec(page)
    const { status, body } = await post(example?.[1] ?? '', 'application/x-ndjson')
    expect([status, `${JSON.stringify(body)}\n`]).toEqual([202, example?.[2]])
  })

  test('none of it where nothing fits', async () => {
    expect(await post('{"request": 1}')).toMatchObject({
      status: 400,
      body: { errors: [{ index: 0, field: 'request' }] },
    })
  })
})
