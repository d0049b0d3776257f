import kafkajs, { type Kafka, type Producer } from 'kafkajs'
import { encodeRecord, type LogRecord } from './log-record.ts'

const fencing = new Set(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH'])

/** Whether an error says that another registry has taken over the log. */
export const isFenced = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  if ('type' in error && typeof error.type === 'string' && fencing.has(error.type)) return true
  return isFenced(error.cause)
}

/**
 * Writes to the log in transactions of one transactional id: Kafka lets the latest writer of an id write and fences every earlier one,
 * so that there is a single writer however a former one ended.
 */
export class LogWriter {
  readonly #kafka: Kafka
  readonly #topic: string
  #producer: Producer | undefined

  constructor(kafka: Kafka, topic: string) {
    this.#kafka = kafka
    this.#topic = topic
  }

  /** Whether the next write is the first of a new producer. */
  get isNew(): boolean {
    return this.#producer === undefined
  }

  /** Writes records all or none; returns the offset of the last. After a rejection it is not known whether they were written. */
  async write(records: readonly LogRecord[]): Promise<bigint> {
    try {
      this.#producer ??= await this.#connect()
      const transaction = await this.#producer.transaction()
      const messages = records.map(encodeRecord).map((record) => ({ ...record, partition: 0 }))
      const written = await transaction.send({ topic: this.#topic, acks: -1, messages })
      await transaction.commit()
      return BigInt(written[0]?.baseOffset ?? 0) + BigInt(messages.length - 1)
    } catch (error) {
      await this.close()
      throw error
    }
  }

  /** Forgets the producer; the next write makes a new one, which ends whatever this one left open. */
  async close(): Promise<void> {
    const producer = this.#producer
    this.#producer = undefined
    await producer?.disconnect().catch(() => undefined)
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      transactionalId: `schema-registry.${this.#topic}`,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: 10_000,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      // A short first wait: a transaction right after another one is told to come again.
      retry: { initialRetryTime: 5, maxRetryTime: 1_000, retries: 10 },
    })
    await producer.connect()
    return producer
  }
}
