import kafkajs, { type Producer } from 'kafkajs'
import type { RawMessage } from '../../broker.ts'
import type { Clients } from './clients.ts'
import { compression } from './codecs.ts'
import { kafkaFault } from './faults.ts'
import { byTopic, checkMessage, messageOf, sendsOf } from './records.ts'

/** A producer and how many sends it has under way; it disconnects when it is retired and idle. */
class SharedProducer {
  readonly #producer: Promise<Producer>
  #using = 0
  #retired = false

  constructor(clients: Clients) {
    const producer = clients.patient().producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry: { initialRetryTime: 50, maxRetryTime: 1000, retries: 7 },
    })
    this.#producer = producer.connect().then(() => producer)
    this.#producer.catch(() => {})
  }

  async use<T>(action: (producer: Producer) => Promise<T>): Promise<T> {
    this.#using += 1
    try {
      return await action(await this.#producer)
    } finally {
      this.#using -= 1
      await this.#endIfIdle()
    }
  }

  async retire(): Promise<void> {
    this.#retired = true
    await this.#endIfIdle()
  }

  async #endIfIdle(): Promise<void> {
    if (!this.#retired || this.#using > 0) return
    const producer = await this.#producer.catch(() => undefined)
    await producer?.disconnect().catch(() => {})
  }
}

interface Waiting {
  readonly messages: readonly RawMessage[]
  resolve(): void
  reject(error: unknown): void
}

/** Sends of one topic, one at a time and in order; what arrives meanwhile goes together in the next. */
class Lane {
  readonly #send: (messages: readonly RawMessage[]) => Promise<void>
  #waiting: Waiting[] = []
  #running = false

  constructor(send: (messages: readonly RawMessage[]) => Promise<void>) {
    this.#send = send
  }

  send(messages: readonly RawMessage[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ messages, resolve, reject })
      if (!this.#running) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running = true
    while (this.#waiting.length > 0) {
      const together = this.#next()
      try {
        await this.#send(together.flatMap(({ messages }) => messages))
        for (const { resolve } of together) resolve()
      } catch (error) {
        for (const { reject } of together) reject(error)
      }
    }
    this.#running = false
  }

  /** Whole requests, up to one send's worth: a request shares its fate with few others. */
  #next(): readonly Waiting[] {
    let count = 0
    const end = this.#waiting.findIndex(({ messages }) => {
      count += messages.length
      return count > 1000
    })
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(end, 1))
  }
}

/**
 * The process's one idempotent producer. Sends of a topic never overlap: with two under way, kafkajs takes back the sequence
 * numbers of a send whose answer was lost, and the broker drops the next one as a repeat. For the same reason a producer whose
 * send failed is replaced.
 */
export class KeyedProducer {
  readonly #clients: Clients
  readonly #lanes = new Map<string, Lane>()
  #shared: SharedProducer | undefined

  constructor(clients: Clients) {
    this.#clients = clients
  }

  /** See `Broker.produce`. */
  async produce(messages: readonly RawMessage[]): Promise<void> {
    const { messageBytesMax } = this.#clients.options
    for (const message of messages) checkMessage(message, messageBytesMax)
    const sends = [...byTopic(messages)].map(([topic, own]) => this.#lane(topic).send(own))
    await Promise.all(sends)
  }

  async close(): Promise<void> {
    await this.#shared?.retire()
  }

  #lane(topic: string): Lane {
    const known = this.#lanes.get(topic)
    if (known !== undefined) return known
    const lane = new Lane((messages) => this.#sendAll(topic, messages))
    this.#lanes.set(topic, lane)
    return lane
  }

  async #sendAll(topic: string, messages: readonly RawMessage[]): Promise<void> {
    for (const send of sendsOf(messages, this.#clients.options.messageBytesMax))
      await this.#sendOne(topic, send)
  }

  async #sendOne(topic: string, messages: readonly RawMessage[]): Promise<void> {
    this.#shared ??= new SharedProducer(this.#clients)
    const shared = this.#shared
    try {
      await shared.use((producer) =>
        producer.send({
          topic,
          messages: messages.map(messageOf),
          acks: -1,
          compression,
        }),
      )
    } catch (error) {
      if (this.#shared === shared) this.#shared = undefined
      void shared.retire()
      throw kafkaFault(error, `producing to ${topic}`)
    }
  }
}
