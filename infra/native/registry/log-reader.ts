import { randomUUID } from 'node:crypto'
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import { logLine, messageOf } from './log-line.ts'
import { decodeRecord } from './log-record.ts'
import type { Apply } from './store.ts'

interface Waiter {
  readonly offset: bigint
  readonly arrived: () => void
}

/** Follows the log from its beginning and hands each record over once, in order. */
export class LogReader {
  readonly #consumer: Consumer
  readonly #apply: Apply
  #next = 0n
  #waiters: readonly Waiter[] = []

  /** `onDead` is told when the reader can't go on. The group is its own and holds no offsets, so Kafka forgets it. */
  constructor(kafka: Kafka, apply: Apply, onDead: (error: Error) => void) {
    this.#apply = apply
    this.#consumer = kafka.consumer({
      groupId: `schema-registry-${randomUUID()}`,
      allowAutoTopicCreation: false,
      // The least that brokers take: after an outage the former membership must run out first.
      sessionTimeout: 6_000,
      heartbeatInterval: 2_000,
      // A stop waits for the fetch at hand.
      maxWaitTimeInMs: 1_000,
    })
    this.#consumer.on(this.#consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) onDead(payload.error)
    })
  }

  /** Begins to read; resolves before the first record is there. */
  async start(topic: string): Promise<void> {
    await this.#consumer.connect()
    await this.#consumer.subscribe({ topics: [topic], fromBeginning: true })
    await this.#consumer.run({
      autoCommit: false,
      eachBatch: async (payload) => this.#take(payload),
    })
  }

  /** Resolves once the record at this offset was handed over. Rejects after `patienceMs`. */
  async reach(offset: bigint, patienceMs: number): Promise<void> {
    if (this.#next > offset) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter = { offset, arrived: resolve }
    this.#waiters = [...this.#waiters, waiter]
    const late = new Error(`the log was not read up to offset ${offset} in ${patienceMs} ms`)
    const timer = setTimeout(() => reject(late), patienceMs)
    try {
      await promise
    } finally {
      clearTimeout(timer)
      this.#waiters = this.#waiters.filter((other) => other !== waiter)
    }
  }

  /** Leaves the group. */
  async stop(): Promise<void> {
    await this.#consumer.disconnect()
  }

  #take({ batch }: EachBatchPayload): void {
    for (const { offset, key, value } of batch.messages) {
      // A reader that lost its connection starts over; what it has read before must not come twice.
      if (BigInt(offset) < this.#next) continue
      this.#hand(offset, key, value)
      this.#next = BigInt(offset) + 1n
    }
    for (const { offset, arrived } of this.#waiters) if (offset < this.#next) arrived()
  }

  #hand(offset: string, key: Buffer | null, value: Buffer | null): void {
    try {
      const record = decodeRecord({
        key: key?.toString() ?? '',
        value: value?.toString() ?? null,
      })
      this.#apply(record)
    } catch (error) {
      logLine('warn', 'a record of the log was left out', { offset, why: messageOf(error) })
    }
  }
}
