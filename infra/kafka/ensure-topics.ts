import kafkajs, { type Admin } from 'kafkajs'
import type { TopicSpecification } from './topics.ts'

const { ConfigResourceTypes, Kafka, logLevel } = kafkajs

const createMissing = async (
  admin: Admin,
  wanted: readonly TopicSpecification[],
): Promise<readonly TopicSpecification[]> => {
  const existing = new Set(await admin.listTopics())
  const missing = wanted.filter(({ name }) => !existing.has(name))
  await admin.createTopics({
    waitForLeaders: true,
    topics: missing.map(({ name, partitions, config }) => ({
      topic: name,
      numPartitions: partitions,
      configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    })),
  })
  return wanted.filter(({ name }) => existing.has(name))
}

const correctConfig = async (
  admin: Admin,
  existing: readonly TopicSpecification[],
): Promise<void> => {
  if (existing.length === 0) return
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: existing.map(({ name }) => ({ type: ConfigResourceTypes.TOPIC, name })),
  })
  const drifted = existing.filter(({ name, config }) => {
    const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? []
    const held = new Map(entries.map(({ configName, configValue }) => [configName, configValue]))
    return Object.entries(config).some(([key, value]) => held.get(key) !== value)
  })
  if (drifted.length === 0) return
  await admin.alterConfigs({
    validateOnly: false,
    resources: drifted.map(({ name, config }) => ({
      type: ConfigResourceTypes.TOPIC,
      name,
      configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    })),
  })
}

const addPartitions = async (
  admin: Admin,
  existing: readonly TopicSpecification[],
): Promise<void> => {
  if (existing.length === 0) return
  const { topics } = await admin.fetchTopicMetadata({ topics: existing.map(({ name }) => name) })
  const few = existing.filter(({ name, partitions }) => {
    const held = topics.find((one) => one.name === name)?.partitions.length ?? partitions
    return held < partitions
  })
  if (few.length === 0) return
  await admin.createPartitions({
    topicPartitions: few.map(({ name, partitions }) => ({ topic: name, count: partitions })),
  })
}

/** Creates the missing topics, corrects the settings of the others, adds partitions, takes nothing away. */
export const ensureTopics = async (
  brokers: readonly string[],
  wanted: readonly TopicSpecification[],
): Promise<void> => {
  const kafka = new Kafka({ clientId: 'topics', brokers: [...brokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  try {
    const existing = await createMissing(admin, wanted)
    await correctConfig(admin, existing)
    await addPartitions(admin, existing)
  } finally {
    await admin.disconnect()
  }
}
