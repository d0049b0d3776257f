import { createHook } from 'node:async_hooks'
import { createServer } from 'node:net'
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { Transient } from '../../errors.ts'
import { numbered, readAll } from '../../testing/broker-contract-lab.ts'
import { kafkaBroker } from './kafka-broker.ts'
import { kafkaBackDoor, silent } from './testing.ts'

const backDoor = kafkaBackDoor()
beforeAll(backDoor.open)
afterAll(backDoor.close)

test.each([
  ['gzip', kafkajs.CompressionTypes.GZIP],
  ['snappy', kafkajs.CompressionTypes.Snappy],
  ['lz4', kafkajs.CompressionTypes.LZ4],
  ['zstd', kafkajs.CompressionTypes.ZSTD],
])('what others publish in %s is read', async (_, compression) => {
  const topic = await backDoor.topic(1)
  const broker = backDoor.broker()
  onTestFinished(() => broker.close())
  const producer = backDoor.kafka.producer()
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  const value = 'the same again and again '.repeat(1000)
  await producer.send({ topic, compression, messages: [{ key: 'a', value }] })
  const [record] = await readAll(broker, topic)
  expect(record?.value?.toString()).toBe(value)
})

test('an idle consumer, follower and producer arm no timers in a loop', async () => {
  const topic = await backDoor.topic(1)
  const broker = backDoor.broker()
  onTestFinished(() => broker.close())
  await broker.produce(numbered(topic, 0, 1))
  const follower = await broker.follow({ topic, take: async () => {} })
  const consumption = await broker.consume({
    group: `${topic}.group`,
    topics: [topic],
    batchRecordsMax: 1,
    process: async () => [],
  })
  await follower.caughtUp()
  let timers = 0
  const hook = createHook({
    init: (_, type) => {
      if (type === 'Timeout') timers += 1
    },
  })
  hook.enable()
  await new Promise((resolve) => setTimeout(resolve, 2000))
  hook.disable()
  await consumption.stop()
  await follower.stop()
  // Stock kafkajs arms some 900 a second on each of its connections.
  expect(timers).toBeLessThan(100)
})

test('a cluster that does not answer is Transient to producers, and not healthy', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await new Promise((resolve) => server.close(resolve))
  const broker = kafkaBroker({ brokers: [`127.0.0.1:${port}`], clientId: 'nobody', log: silent })
  onTestFinished(() => broker.close())
  expect(await broker.healthy()).toBe(false)
  await expect(broker.produce(numbered('any', 0, 1))).rejects.toBeInstanceOf(Transient)
}, 30_000)
