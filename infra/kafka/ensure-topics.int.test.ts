import { randomUUID } from 'node:crypto'
import kafkajs, { type Admin } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { ensureTopics } from './ensure-topics.ts'
import { topicSpecifications } from './topics.ts'

const { ConfigResourceTypes, Kafka, logLevel } = kafkajs
const { brokers } = inject('stack').kafka
const topic = `ensure-${randomUUID()}`
let admin: Admin

beforeAll(async () => {
  const kafka = new Kafka({ clientId: 'test', brokers: [...brokers], logLevel: logLevel.NOTHING })
  admin = kafka.admin()
  await admin.connect()
})

afterAll(async () => {
  await admin.deleteTopics({ topics: [topic] })
  await admin.disconnect()
})

const wanted = (partitions: number, config: Readonly<Record<string, string>>) => [
  { name: topic, partitions, config },
]

const partitionsNow = async (): Promise<number> => {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  return topics[0]?.partitions.length ?? 0
}

const settingsNow = async (): Promise<Readonly<Record<string, string>>> => {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
  })
  const entries = resources[0]?.configEntries ?? []
  return Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]))
}

const alter = (name: string, value: string) =>
  admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name, value }] }],
  })

test('a missing topic is made as wanted, also when two make it at once', async () => {
  const specification = wanted(2, { 'cleanup.policy': 'compact', 'min.compaction.lag.ms': '1000' })
  await Promise.all([
    ensureTopics(brokers, specification),
    ensureTopics(brokers.join(','), specification),
  ])
  expect(await partitionsNow()).toBe(2)
  expect(await settingsNow()).toMatchObject({
    'cleanup.policy': 'compact',
    'min.compaction.lag.ms': '1000',
    'message.timestamp.type': 'LogAppendTime',
  })
})

test('a setting that drifted is corrected, one that we do not name stays', async () => {
  await alter('max.message.bytes', '4242')
  await ensureTopics(brokers, wanted(2, { 'retention.ms': '60000', 'cleanup.policy': 'delete' }))
  expect(await settingsNow()).toMatchObject({
    'cleanup.policy': 'delete',
    'max.message.bytes': '4242',
    'retention.ms': '60000',
  })
})

test('partitions are added and never taken away', async () => {
  await ensureTopics(brokers, wanted(3, {}))
  expect(await partitionsNow()).toBe(3)
  await ensureTopics(brokers, wanted(1, {}))
  expect(await partitionsNow()).toBe(3)
})

test('every topic of the wheel is accepted by the real broker, once and again', async () => {
  const topics = topicSpecifications(1)
  await ensureTopics(brokers, topics)
  await ensureTopics(brokers, topics)
  expect(await admin.listTopics()).toEqual(expect.arrayContaining(topics.map(({ name }) => name)))
})
