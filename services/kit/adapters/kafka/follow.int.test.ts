import kafkajs from 'kafkajs'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { numbered, numberOf, range, readAll } from '../../testing/broker-contract-lab.ts'
import { kafkaClients } from './clients.ts'
import { Cluster } from './cluster.ts'
import { followTopic } from './follow.ts'
import { kafkaBackDoor, silent } from './testing.ts'

const backDoor = kafkaBackDoor()
beforeAll(backDoor.open)
afterAll(backDoor.close)

const newBroker = () => {
  const broker = backDoor.broker()
  onTestFinished(() => broker.close())
  return broker
}

const transactional = async () => {
  const producer = backDoor.kafka.producer({
    transactionalId: crypto.randomUUID(),
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  return producer
}

test('a topic that ends in aborted records is caught up with, and they are never handed over', async () => {
  const topic = await backDoor.topic(1)
  const broker = newBroker()
  await broker.produce(numbered(topic, 0, 3))
  const transaction = await (await transactional()).transaction()
  await transaction.send({ topic, messages: [{ key: 'x', value: '99' }] })
  await transaction.abort()
  expect((await readAll(broker, topic)).map(numberOf)).toEqual(range(3))
})

test('a transaction that is still open is not waited for', async () => {
  const topic = await backDoor.topic(1)
  const broker = newBroker()
  await broker.produce(numbered(topic, 0, 3))
  const transaction = await (await transactional()).transaction()
  await transaction.send({ topic, messages: [{ key: 'x', value: '99' }] })
  expect((await readAll(broker, topic)).map(numberOf)).toEqual(range(3))
  await transaction.commit()
  expect((await readAll(broker, topic)).map(numberOf)).toEqual([...range(3), 99])
})

test('a partition whose records were deleted counts as empty', async () => {
  const topic = await backDoor.topic(1)
  const broker = newBroker()
  await broker.produce(numbered(topic, 0, 5))
  // kafkajs finds leaders only of topics that it was asked about before.
  await backDoor.admin.fetchTopicOffsets(topic)
  await backDoor.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '5' }] })
  expect(await readAll(broker, topic)).toEqual([])
  await broker.produce(numbered(topic, 5, 7))
  expect((await readAll(broker, topic)).map(numberOf)).toEqual([5, 6])
})

test('compaction leaves holes that caught up crosses', { timeout: 90_000 }, async () => {
  const topic = `compacted-${crypto.randomUUID()}`
  const entries = {
    'cleanup.policy': 'compact',
    'segment.ms': '50',
    'min.cleanable.dirty.ratio': '0',
    'delete.retention.ms': '0',
  }
  const configEntries = Object.entries(entries).map(([name, value]) => ({ name, value }))
  await backDoor.admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] })
  onTestFinished(() => backDoor.admin.deleteTopics({ topics: [topic] }))
  const broker = newBroker()
  for (let round = 0; round < 20; round += 1) {
    await broker.produce([{ topic, key: 'same', value: Buffer.from(String(round)) }])
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
  let records = await readAll(broker, topic)
  // The cleaner runs every 15 s unless the broker is set otherwise.
  while (records.length > 2) records = await readAll(broker, topic)
  expect(records.map(numberOf).at(-1)).toBe(19)
  expect(records[0]?.position.offset).toBeGreaterThan(10n)
})

test('an end that no record and no marker reaches is proved by a fetch that found nothing', async () => {
  const topic = await backDoor.topic(1)
  await newBroker().produce(numbered(topic, 0, 3))
  const clients = kafkaClients({
    brokers: backDoor.brokers,
    clientId: 'hole',
    log: silent,
    fetchWaitMs: 300,
  })
  // Simulated: a hole at the end, which compaction leaves only rarely.
  class HoledCluster extends Cluster {
    override async extents(of: string) {
      const extents = await super.extents(of)
      return new Map([...extents].map(([at, extent]) => [at, { ...extent, end: extent.end + 5n }]))
    }
  }
  const cluster = new HoledCluster(clients)
  onTestFinished(() => cluster.close())
  const taken: number[] = []
  const follower = await followTopic(
    {
      topic,
      take: async ({ records }) => {
        await new Promise((resolve) => setTimeout(resolve, 700))
        taken.push(...records.map(numberOf))
      },
    },
    clients,
    cluster,
  )
  onTestFinished(() => follower.stop())
  await follower.caughtUp()
  expect(taken).toEqual(range(3))
})

test('a follower leaves no group behind', async () => {
  const topic = await backDoor.topic(1)
  const broker = backDoor.broker()
  const isOurs = ({ groupId }: { readonly groupId: string }) => groupId.startsWith('view.contract.')
  const before = (await backDoor.admin.listGroups()).groups.filter(isOurs).length
  await readAll(broker, topic)
  await broker.close()
  expect((await backDoor.admin.listGroups()).groups.filter(isOurs)).toHaveLength(before)
})
