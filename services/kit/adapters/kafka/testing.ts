import { randomUUID } from 'node:crypto'
import kafkajs from 'kafkajs'
import { inject } from 'vitest'
import type { Broker } from '../../broker.ts'
import type { KafkaBrokerOptions } from './clients.ts'
import { kafkaBroker } from './kafka-broker.ts'
import { quietTimers } from './quiet-timers.ts'

/** A log that says nothing. */
export const silent: KafkaBrokerOptions['log'] = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silent,
}

/** The tests' own way to the real cluster, past the adapter. */
export interface KafkaBackDoor {
  createTopic(name: string, partitions: number): Promise<void>
  /** A new connection, as another process would have one. */
  broker(): Broker
  readonly brokers: readonly string[]
  readonly kafka: kafkajs.Kafka
  readonly admin: kafkajs.Admin
  /** A topic of this test's own. */
  topic(partitions: number): Promise<string>
  open(): Promise<void>
  close(): Promise<void>
}

/** The stack's Kafka; its topics are named by the test and removed at the end. */
export const kafkaBackDoor = (options: Partial<KafkaBrokerOptions> = {}): KafkaBackDoor => {
  quietTimers()
  const { brokers } = inject('stack').kafka
  const kafka = new kafkajs.Kafka({
    brokers: [...brokers],
    clientId: 'back-door',
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const admin = kafka.admin()
  const created: string[] = []
  const createTopic = async (topic: string, numPartitions: number): Promise<void> => {
    created.push(topic)
    await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true })
  }
  return {
    brokers,
    kafka,
    admin,
    createTopic,
    topic: async (partitions) => {
      const name = `kafka-${randomUUID()}`
      await createTopic(name, partitions)
      return name
    },
    broker: () => kafkaBroker({ brokers, clientId: 'contract', log: silent, ...options }),
    open: () => admin.connect(),
    close: async () => {
      await admin.deleteTopics({ topics: [...new Set(created)] })
      await admin.disconnect()
    },
  }
}
