import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs, { type Admin } from 'kafkajs'
import type { TopicSpecification } from './topics.ts'

const { ConfigResourceTypes, Kafka, logLevel } = kafkajs

/** Kafka's code for a setting that was given to this topic itself (DescribeConfigs, config_source). */
const setOnTopic = 1

type Settings = Readonly<Record<string, string>>

interface HeldSettings {
  /** What holds, the broker's defaults included. */
  readonly effective: Settings
  /** What was set on the topic itself. */
  readonly own: Settings
}

const entriesOf = (settings: Settings) =>
  Object.entries(settings).map(([name, value]) => ({ name, value }))

const leaderPatienceMs = 30_000

/**
 * Waits until every topic can be used. All topics are asked for: kafkajs fails, instead of asking again, when one that was named is
 * not known yet.
 */
const waitForLeaders = async (admin: Admin, names: readonly string[]): Promise<void> => {
  const deadlineMs = performance.now() + leaderPatienceMs
  for (;;) {
    const { topics } = await admin.fetchTopicMetadata()
    const led = topics.filter(({ partitions }) => partitions.every(({ leader }) => leader >= 0))
    const known = new Set(led.map(({ name }) => name))
    const missing = names.filter((name) => !known.has(name))
    if (missing.length === 0) return
    if (performance.now() > deadlineMs)
      throw new Error(`topics without a leader: ${missing.join(', ')}`)
    await sleep(50)
  }
}

const createMissing = async (
  admin: Admin,
  wanted: readonly TopicSpecification[],
): Promise<readonly TopicSpecification[]> => {
  const existing = new Set(await admin.listTopics())
  const missing = wanted.filter(({ name }) => !existing.has(name))
  if (missing.length === 0) return wanted
  await admin.createTopics({
    waitForLeaders: false,
    topics: missing.map(({ name, partitions, config }) => ({
      topic: name,
      numPartitions: partitions,
      configEntries: entriesOf(config),
    })),
  })
  await waitForLeaders(
    admin,
    missing.map(({ name }) => name),
  )
  return wanted.filter(({ name }) => existing.has(name))
}

const heldSettings = async (
  admin: Admin,
  names: readonly string[],
): Promise<ReadonlyMap<string, HeldSettings>> => {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
  })
  return new Map(
    resources.map(({ resourceName, configEntries }) => {
      const pairs = configEntries.map((entry) => [entry.configName, entry.configValue] as const)
      const own = configEntries.filter(({ configSource }) => Number(configSource) === setOnTopic)
      return [
        resourceName,
        {
          effective: Object.fromEntries(pairs),
          own: Object.fromEntries(own.map((entry) => [entry.configName, entry.configValue])),
        },
      ]
    }),
  )
}

/** AlterConfigs replaces all settings of a topic, so those that we don't name are sent along. */
const correctConfig = async (
  admin: Admin,
  existing: readonly TopicSpecification[],
): Promise<void> => {
  if (existing.length === 0) return
  const held = await heldSettings(
    admin,
    existing.map(({ name }) => name),
  )
  const drifted = existing.filter(({ name, config }) =>
    Object.entries(config).some(([key, value]) => held.get(name)?.effective[key] !== value),
  )
  if (drifted.length === 0) return
  await admin.alterConfigs({
    validateOnly: false,
    resources: drifted.map(({ name, config }) => ({
      type: ConfigResourceTypes.TOPIC,
      name,
      configEntries: entriesOf({ ...held.get(name)?.own, ...config }),
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

/**
 * Creates the missing topics, corrects the settings of the others, adds partitions, takes nothing away: a setting that
 * `wanted` does not name stays, and so do surplus partitions. Does nothing when all is as wanted.
 * @param brokers addresses, as a list or with commas between
 * @throws KafkaJSError when the broker can't be reached or refuses
 */
export const ensureTopics = async (
  brokers: string | readonly string[],
  wanted: readonly TopicSpecification[],
): Promise<void> => {
  const kafka = new Kafka({
    clientId: 'topics',
    brokers: typeof brokers === 'string' ? brokers.split(',') : [...brokers],
    logLevel: logLevel.NOTHING,
  })
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
