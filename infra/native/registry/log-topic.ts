import kafkajs, { type Admin, type Kafka } from 'kafkajs'

/** The topic is there, but not as a log must be: waiting can't help. */
export class WrongTopic extends Error {
  override readonly name = 'WrongTopic'
}

const create = async (admin: Admin, topic: string): Promise<void> => {
  const { brokers } = await admin.describeCluster()
  await admin.createTopics({
    topics: [
      {
        topic,
        numPartitions: 1,
        replicationFactor: Math.min(3, brokers.length),
        configEntries: [
          { name: 'cleanup.policy', value: 'compact' },
          { name: 'message.timestamp.type', value: 'LogAppendTime' },
        ],
      },
    ],
  })
}

const policyOf = async (admin: Admin, topic: string): Promise<string> => {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topic,
        configNames: ['cleanup.policy'],
      },
    ],
  })
  return resources[0]?.configEntries[0]?.configValue ?? ''
}

/**
 * Makes sure that the log's topic is there: one partition, compacted. Throws WrongTopic where it is there in another form, since a second
 * partition would lose the order of the records, and retention would lose schemas.
 */
export const ensureLogTopic = async (kafka: Kafka, topic: string): Promise<void> => {
  const admin = kafka.admin()
  await admin.connect()
  try {
    if (!(await admin.listTopics()).includes(topic)) await create(admin, topic)
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    const partitions = topics[0]?.partitions.length
    if (partitions !== 1) throw new WrongTopic(`the topic ${topic} must have one partition`)
    const policy = await policyOf(admin, topic)
    if (policy !== 'compact') {
      throw new WrongTopic(`the topic ${topic} has cleanup.policy=${policy}: it must be compact`)
    }
  } finally {
    await admin.disconnect()
  }
}
