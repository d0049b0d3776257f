import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { SpanKind } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { askClickHouse } from '../examples/wheel/clickhouse.ts'
import { servicesOnStack } from './services-on-stack.ts'

const { clickhouse } = inject('stack')
const services = servicesOnStack('traces-door', {})
let door = ''

beforeAll(async () => {
  const [url = ''] = await services.start('gateway', 'log-sink')
  door = url
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await services.stop()
})

interface Row {
  readonly [column: string]: unknown
}

const ask = askClickHouse(clickhouse)
const stored = async (column: string, value: string, count: number): Promise<readonly Row[]> => {
  const rows = () =>
    ask<Row>(
      `SELECT * FROM flywheel.inference_logs WHERE ${column} = {value:String} ORDER BY kafka_offset`,
      { value },
    )
  await expect
    .poll(async () => (await rows()).length, { timeout: 30_000, interval: 200 })
    .toBe(count)
  return rows()
}

/** OpenTelemetry's own SDK and exporter, with what a test says of spans. */
const tracing = (session: string) => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip')
  const exporter = new OTLPTraceExporter({ url: `${door}/v1/traces` })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
  const tracer = provider.getTracer('test')
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.conversation.id': session,
    'gen_ai.usage.input_tokens': 12,
    'gen_ai.usage.output_tokens': 2,
  }
  const start = (more: Readonly<Record<string, string>>) =>
    tracer.startSpan('chat', {
      kind: SpanKind.CLIENT,
      attributes: { ...attributes, ...more },
    })
  return { provider, start, end: () => provider.shutdown() }
}

const parts = (role: string, content: string) =>
  JSON.stringify([{ role, parts: [{ type: 'text', content }] }])

test('spans of OpenTelemetry’s SDK by either version of the conventions end as equal rows', async () => {
  const session = randomUUID()
  const { start, end } = tracing(session)
  const current = start({
    'gen_ai.provider.name': 'openai',
    'gen_ai.input.messages': parts('user', 'Subject: lunch?'),
    'gen_ai.output.messages': parts('assistant', 'deliver'),
  })
  const previous = start({ 'gen_ai.system': 'openai' })
  previous.addEvent('gen_ai.user.message', { content: 'Subject: lunch?' })
  previous.addEvent('gen_ai.choice', { message: '{"content":"deliver"}' })
  const embeddings = start({ 'gen_ai.operation.name': 'embeddings' })
  for (const span of [current, previous, embeddings]) span.end()
  await end()
  const rows = await stored('session_id', session, 2)
  const ids = [current, previous].map((span) => span.spanContext())
  expect(rows.map((row) => row['request_id'])).toEqual(
    ids.map(({ traceId, spanId }) => `${traceId}-${spanId}`),
  )
  for (const row of rows) {
    expect(row).toMatchObject({ client: 'shop', model: 'gpt-4o', status: 200, role: 'served' })
    expect(JSON.parse(String(row['request']))).toMatchObject({
      messages: [{ role: 'user', content: 'Subject: lunch?' }],
    })
    expect(JSON.parse(String(row['response']))).toMatchObject({
      choices: [{ message: { role: 'assistant', content: 'deliver' } }],
    })
  }
  expect(rows[0]?.['request']).toBe(rows[1]?.['request'])
  expect(rows[0]?.['workload']).toBe(rows[1]?.['workload'])
})

test('the same span sent twice is a repeat', async () => {
  const session = randomUUID()
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.conversation.id': session,
  }
  const span = {
    traceId: randomUUID().replaceAll('-', ''),
    spanId: randomUUID().replaceAll('-', '').slice(0, 16),
    kind: 3,
    startTimeUnixNano: `${Date.now()}000000`,
    endTimeUnixNano: `${Date.now()}000000`,
    attributes: Object.entries(attributes).map(([key, stringValue]) => ({
      key,
      value: { stringValue },
    })),
  }
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })
  const headers = { 'content-type': 'application/json' }
  for (const _time of [1, 2]) {
    const answer = await fetch(`${door}/v1/traces`, { method: 'POST', headers, body })
    expect([answer.status, await answer.text()]).toEqual([200, '{}'])
  }
  const rows = await stored('session_id', session, 2)
  expect(rows.map((row) => Number(row['is_repeat']))).toEqual([0, 1])
})

test('the program in the documents sends a call', async () => {
  const page = readFileSync('docs/connect.md', 'utf8')
  const [, program = ''] =
    /## Send OpenTelemetry traces[\s\S]*?```ts\n([\s\S]*?)```/.exec(page) ?? []
  expect(program).toContain('http://127.0.0.1:8080')
  const file = join(services.folder, 'send.mts')
  writeFileSync(file, program.replace('http://127.0.0.1:8080', door))
  symlinkSync(resolve('node_modules'), join(services.folder, 'node_modules'))
  const { stdout } = await promisify(execFile)(process.execPath, [file])
  const [row] = await stored('request_id', stdout.trim(), 1)
  expect(row).toMatchObject({ client: 'shop', workload: 'mail-triage', prompt_tokens: 12 })
  expect(JSON.parse(String(row?.['response']))).toMatchObject({
    choices: [{ message: { content: 'deliver' }, finish_reason: 'stop' }],
  })
})
