import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { askClickHouse } from '../examples/wheel/clickhouse.ts'
import { chatChunks, chatResponse, eventStreamOf } from '../services/kit/index.ts'
import { servicesOnStack } from './services-on-stack.ts'

const { clickhouse } = inject('stack')
const services = servicesOnStack('logs-door', { GATEWAY_SUBJECT_KEY: 'a key of sixteen+' })
let door = ''

beforeAll(async () => {
  const [url = ''] = await services.start('gateway', 'log-sink')
  door = url
})

afterAll(() => services.stop())

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
