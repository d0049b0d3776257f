import { randomUUID } from 'node:crypto'
import { request as ask, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import kafkajs from 'kafkajs'
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { type Feedback, type Review, type Topic, topics } from '#schemas'
import { registryCodec } from '../adapters/registry/index.ts'
import { drop, emit } from '../outcome.ts'
import { defineProcessor } from '../processor.ts'
import { defaultMachinery } from './default-machinery.ts'
import { runWith } from './run-with.ts'
import { wire } from './wire.ts'

const { kafka, registry } = inject('stack')
const client = new kafkajs.Kafka({
  clientId: 'service-test',
  brokers: [...kafka.brokers],
  logLevel: kafkajs.logLevel.NOTHING,
})
const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
const admin = client.admin()
const connected = Promise.all([producer.connect(), admin.connect()])

afterAll(async () => {
  await producer.disconnect()
  await admin.disconnect()
})

/** A service of this test alone, with topics of its own. */
const scene = async () => {
  const service = `probe-${randomUUID().slice(0, 8)}`
  const input = { ...topics.feedback, name: `${service}-in` }
  const output = { ...topics.reviews, name: `${service}-out` }
  const letters = topics.deadLettersOf(service)
  await connected
  const names = [input.name, output.name, letters]
  await admin.createTopics({
    topics: names.map((topic) => ({ topic, numPartitions: 1 })),
    waitForLeaders: true,
  })
  const probe = defineProcessor({
    service,
    name: 'probe',
    input,
    outputs: [output],
    settings: {},
    decide: ({ requestId }) =>
      requestId === 'dull' ? drop('dull') : emit(output, { requestId } as Review),
  })
  return { service, input, output, letters, probe }
}

const start = async (
  { service, probe }: Awaited<ReturnType<typeof scene>>,
  registryUrl = registry.url,
): Promise<string> => {
  const stop = new AbortController()
  const machinery = defaultMachinery({
    environment: {
      KAFKA_BROKERS: kafka.brokers.join(','),
      REGISTRY_URL: registryUrl,
      LOG_LEVEL: 'error',
    },
    signal: stop.signal,
    complain: () => undefined,
    exit: () => undefined,
  })
  const started = Promise.withResolvers<string>()
  const done = runWith(
    service,
    async () => [wire(probe, undefined)],
    machinery,
    ({ httpUrl }) => started.resolve(httpUrl),
  )
  done.catch(started.reject)
  onTestFinished(async () => {
    stop.abort()
    await done
  })
  return started.promise
}

const send = (topic: Topic, value: Buffer | null) =>
  producer.send({ topic: topic.name, messages: [{ key: 'k', value }] })

/** Resolves with the first records of a topic, committed ones only. */
const firstOf = async (topic: string, count: number) => {
  const groupId = `reader-${randomUUID()}`
  const consumer = client.consumer({ groupId, readUncommitted: false, maxWaitTimeInMs: 100 })
  const found: kafkajs.KafkaMessage[] = []
  const enough = Promise.withResolvers<void>()
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      found.push(message)
      if (found.length >= count) enough.resolve()
    },
  })
  await enough.promise
  await consumer.disconnect()
  return found
}

const committed = async (group: string, topic: string) => {
  const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
  return found?.partitions[0]?.offset
}

/** The registry behind a switch. */
const switchedRegistry = async () => {
  const state = { on: true }
  const target = new URL(registry.url)
  const server = createServer((incoming, outgoing) => {
    if (!state.on) {
      incoming.socket.destroy()
      return
    }
    const { method, url: path, headers } = incoming
    const { hostname: host, port } = target
    const onward = ask({ host, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const metric = async (httpUrl: string, name: string) => {
  const body = await (await fetch(`${httpUrl}/metrics`)).text()
  const line = body.split('\n').find((each) => each.startsWith(`${name}{`))
  return Number(line?.split(' ').at(-1))
}

describe('a service on the real stack', () => {
  test('sends poison to dead letters with reasons, and the partition moves on', async () => {
    const given = await scene()
    const codec = registryCodec(registry.url)
    await codec.register([given.input])
    const of = (requestId: string) => codec.encode(given.input, { requestId } as Feedback)
    const poison = [
      null,
      Buffer.from('{"not":"avro"}'),
      Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 2]),
      of('cut').subarray(0, 7),
    ]
    await start(given)
    for (const value of [of('first'), ...poison, of('dull'), of('last')])
      await send(given.input, value)
    const outputs = await firstOf(given.output.name, 2)
    expect(outputs.map(({ key }) => key?.toString())).toEqual(['first', 'last'])
    const letters = await firstOf(given.letters, 4)
    expect(
      letters.map(({ headers }) => String(headers?.['__connect.errors.exception.message'])),
    ).toEqual(['no value', 'not avro', 'unknown schema id', 'does not parse'])
    expect(letters.map(({ value }) => value)).toEqual(poison)
    expect(letters.map(({ headers }) => String(headers?.['__connect.errors.offset']))).toEqual([
      '1',
      '2',
      '3',
      '4',
    ])
    await expect.poll(() => committed(`${given.service}.probe`, given.input.name)).toBe('7')
  })

  test('pauses while the registry is dead, commits nothing, and loses nothing', async () => {
    const given = await scene()
    const registryDoor = await switchedRegistry()
    const httpUrl = await start(given, registryDoor.url)
    const codec = registryCodec(registry.url)
    await codec.register([given.input])
    registryDoor.state.on = false
    await send(given.input, codec.encode(given.input, { requestId: 'a' } as Feedback))
    await expect.poll(() => metric(httpUrl, 'flywheel_paused'), { timeout: 20_000 }).toBe(1)
    expect(Number(await committed(`${given.service}.probe`, given.input.name))).toBeLessThan(1)
    await expect
      .poll(async () => (await fetch(`${httpUrl}/ready`)).status, { timeout: 30_000 })
      .toBe(503)
    expect((await fetch(`${httpUrl}/health`)).status).toBe(200)
    registryDoor.state.on = true
    const outputs = await firstOf(given.output.name, 1)
    expect(outputs.map(({ key }) => key?.toString())).toEqual(['a'])
    await expect.poll(() => committed(`${given.service}.probe`, given.input.name)).toBe('1')
    expect(await metric(httpUrl, 'flywheel_paused')).toBe(0)
  })
})
