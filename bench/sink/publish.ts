import kafkajs, { type Producer } from 'kafkajs'
import { topics } from '#schemas'
import { registerCodecs } from '../../services/kit/adapters/kafka/codecs.ts'
import type { Pool } from './pool.ts'

/** Publishes to `inference-logs` with a client of its own. */
export interface Publisher {
  /** Sends records of the pool to one partition in one request; resolves with the first one's offset, acknowledged. */
  readonly send: (partition: number, sort: string, from: number, count: number) => Promise<number>
  readonly close: () => Promise<void>
}

const openProducer = async (brokers: readonly string[]): Promise<Producer> => {
  registerCodecs()
  const kafka = new kafkajs.Kafka({
    clientId: 'bench',
    brokers: [...brokers],
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  return producer
}

/** Opens a publisher; batches are compressed with lz4, as our services write them. */
export const openBenchPublisher = async (
  brokers: readonly string[],
  pool: Pool,
): Promise<Publisher> => {
  const producer = await openProducer(brokers)
  return {
    send: async (partition, sort, from, count) => {
      const messages = Array.from({ length: count }, (_, index) => ({
        partition,
        ...pool.recordOf(sort, from + index),
      }))
      const [sent] = await producer.send({
        topic: topics.inferenceLogs.name,
        messages,
        compression: kafkajs.CompressionTypes.LZ4,
      })
      return Number(sent?.baseOffset)
    },
    close: () => producer.disconnect(),
  }
}

const recordsASend = 400

/** Publishes `count` records, spread over the partitions. */
export const publishAll = async (
  publisher: Publisher,
  count: number,
  partitions: number,
): Promise<void> => {
  let next = 0
  const lane = async (partition: number): Promise<void> => {
    while (next < count) {
      const from = next
      next += recordsASend
      await publisher.send(partition, 'bulk', from, Math.min(recordsASend, count - from))
    }
  }
  await Promise.all(Array.from({ length: partitions }, (_, partition) => lane(partition)))
}
