import { randomUUID } from 'node:crypto'
import kafkajs from 'kafkajs'
import { afterAll, expect, inject, onTestFinished, test, vi } from 'vitest'
import { tables, topics } from '#schemas'
import { applyDdl, statementsOf } from '../../../../infra/clickhouse/apply.ts'
import { generateTables } from '../../../../infra/clickhouse/generate.ts'
import { registryCodec } from '../../adapters/registry/index.ts'
import { defineSink } from '../../sink.ts'
import { avroRows } from '../../transcode/avro-rows.ts'
import { defaultMachinery } from '../default-machinery.ts'
import { runWith } from '../run-with.ts'
import { wire } from '../wire.ts'

const { kafka, registry, clickhouse } = inject('stack')
const client = new kafkajs.Kafka({
  clientId: 'sink-test',
  brokers: [...kafka.brokers],
  logLevel: kafkajs.logLevel.NOTHING,
})
const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
const admin = client.admin()
const connected = Promise.all([producer.connect(), admin.connect(), applyDdl(clickhouse)])

afterAll(async () => {
  await producer.disconnect()
  await admin.disconnect()
})

const ask = async (sql: string): Promise<string> => {
  const answer = await fetch(clickhouse.url, {
    method: 'POST',
    headers: { 'X-ClickHouse-User': clickhouse.user, 'X-ClickHouse-Key': clickhouse.password },
    body: sql,
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return text.trim()
}

const feedbackTable = tables.find(({ name }) => name === 'feedback')

/** A topic and a table of this test alone, shaped as feedback. */
const scene = async () => {
  if (feedbackTable === undefined) throw new Error('no feedback table')
  await connected
  const service = `sink-${randomUUID().slice(0, 8)}`
  const topic = { ...topics.feedback, name: `${service}-in` }
  const table = { ...feedbackTable, name: service.replaceAll('-', '_'), topic }
  await admin.createTopics({
    topics: [topic.name, topics.deadLettersOf(service)].map((name) => ({ topic: name })),
    waitForLeaders: true,
  })
  const ddl = statementsOf(generateTables()).find((one) => one.includes('flywheel.feedback\n'))
  await ask((ddl ?? '').replace('flywheel.feedback\n', `flywheel.${table.name}\n`))
  const sink = defineSink({
    service,
    name: 'store',
    settings: {},
    limits: () => ({ rowsMax: 7, bytesMax: 1e6, lingerMs: 20, idsMax: 100, bufferBytesMax: 1e7 }),
    inputs: [avroRows(table)],
  })
  return { service, topic, table, sink }
}

/** Runs the sink until the returned function stops it. */
const start = async ({ service, sink }: Awaited<ReturnType<typeof scene>>) => {
  const stop = new AbortController()
  const machinery = defaultMachinery({
    environment: {
      KAFKA_BROKERS: kafka.brokers.join(','),
      REGISTRY_URL: registry.url,
      CLICKHOUSE_URL: clickhouse.url,
      CLICKHOUSE_USER: clickhouse.user,
      CLICKHOUSE_PASSWORD: clickhouse.password,
      LOG_LEVEL: 'error',
    },
    signal: stop.signal,
    complain: () => undefined,
    exit: () => undefined,
  })
  const done = runWith(service, async () => [wire(sink, undefined)], machinery)
  const end = async () => {
    stop.abort()
    await done
  }
  onTestFinished(end)
  return end
}

const encoder = async (topic: typeof topics.feedback) => {
  const codec = registryCodec(registry.url)
  await codec.register([topic])
  return (requestId: string, comment: string) =>
    codec.encode(topic, {
      feedbackId: `f-${requestId}`,
      requestId,
      workload: 'w',
      kind: 'comment',
      value: '',
      score: null,
      comment,
      correction: '',
      author: 'person',
      actor: 'a',
      subject: '',
      eventTimeMs: 1_700_000_000_000,
    })
}

test('good records become redacted rows, poison goes to dead letters, the partition moves on', async () => {
  const at = await scene()
  const encode = await encoder(at.topic as typeof topics.feedback)
  const good = (i: number) => encode(`r${i}`, `write to someone${i}@example.org`)
  const unknownId = Buffer.from(good(0))
  unknownId.writeUInt32BE(999_999, 1)
  const values = [
    ...Array.from({ length: 20 }, (_, i) => good(i)),
    Buffer.from('not avro'),
    unknownId,
    good(1).subarray(0, 30),
    null,
    good(20),
  ]
  const messages = values.map((value, i) => ({ key: `k${i}`, value }))
  await producer.send({ topic: at.topic.name, messages })
  await start(at)
  const rows = () => ask(`SELECT count() FROM flywheel.${at.table.name}`)
  await vi.waitFor(async () => expect(await rows()).toBe('21'), { timeout: 20_000, interval: 100 })
  expect(
    await ask(
      `SELECT uniqExact(kafka_offset), any(comment), countIf(comment LIKE '%example%'), toUnixTimestamp64Milli(any(event_time)) FROM flywheel.${at.table.name}`,
    ),
  ).toBe('21\twrite to [EMAIL]\t0\t1700000000000')
  const letters = topics.deadLettersOf(at.service)
  await vi.waitFor(
    async () => expect((await admin.fetchTopicOffsets(letters))[0]?.high).toBe('4'),
    { timeout: 20_000, interval: 100 },
  )
})

test('a sink that is stopped and started again stores each record once', async () => {
  const at = await scene()
  const encode = await encoder(at.topic as typeof topics.feedback)
  const send = (from: number) =>
    producer.send({
      topic: at.topic.name,
      messages: Array.from({ length: 25 }, (_, i) => ({
        key: `k${from + i}`,
        value: encode(`r${from + i}`, 'fine'),
      })),
    })
  const counts = () => ask(`SELECT count(), uniqExact(kafka_offset) FROM flywheel.${at.table.name}`)
  for (const turn of [1, 2, 3]) {
    const stop = await start(at)
    await send(turn * 100)
    if (turn < 3) await stop()
  }
  await vi.waitFor(async () => expect(await counts()).toBe('75\t75'), {
    timeout: 20_000,
    interval: 100,
  })
})
