import kafkajs, { type Producer, type Transaction } from 'kafkajs'
import type { Committed, RawMessage } from '../../broker.ts'
import type { Clients } from './clients.ts'
import type { Cluster } from './cluster.ts'
import { compression } from './codecs.ts'
import type { Transactions } from './exactly-once.ts'
import { kafkaFault, protocolErrorOf } from './faults.ts'
import type { Lease } from './partition-handler.ts'
import { endsWithin, pause } from './patience.ts'
import { byTopic, messageOf, sendsOf } from './records.ts'

/** An open transaction blocks every reader of its topics, so an abandoned one must end soon. */
const transactionTimeoutMs = 10_000
const offsetTries = 10

/** Adding offsets alone meets the last transaction's markers, and kafkajs does not retry it there. */
const addOffsets = async (
  transaction: Transaction,
  offsets: Parameters<Transaction['sendOffsets']>[0],
): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transaction.sendOffsets(offsets)
    } catch (error) {
      if (protocolErrorOf(error) !== 'CONCURRENT_TRANSACTIONS' || tries === offsetTries) throw error
      await pause(2 ** tries)
    }
  }
}

/** What the transactions of one partition need. */
export interface TransactionWires {
  readonly clients: Clients
  readonly cluster: Cluster
  readonly group: string
  readonly lease: Pick<Lease, 'topic' | 'partition'>
}

/**
 * Transactions of one partition's owner under the id `group:topic:partition`: kafkajs sends no group generation, so only
 * this shared id fences a predecessor (KIP-98). A producer that failed is never used again: its sequence numbers may be
 * behind what the broker has, which would make it drop a later send as a repeat.
 */
export class KafkaTransactions implements Transactions {
  readonly #wires: TransactionWires
  #producer: Producer | undefined
  #busy: Promise<unknown> = Promise.resolve()

  constructor(wires: TransactionWires) {
    this.#wires = wires
  }

  open(): Promise<Committed> {
    return this.#inTurn(() => this.#open())
  }

  /** `text` stands beside the committed offset. */
  commit(messages: readonly RawMessage[], nextOffset: bigint, text = ''): Promise<void> {
    return this.#inTurn(() => this.#commit(messages, nextOffset, text))
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#discard())
  }

  async #open(): Promise<Committed> {
    const { clients, cluster, group, lease } = this.#wires
    const { topic, partition } = lease
    await this.#discard()
    const producer = clients.quick().producer({
      transactionalId: `${group}:${topic}:${partition}`,
      transactionTimeout: transactionTimeoutMs,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    })
    this.#producer = producer
    try {
      await producer.connect()
      // kafkajs opens its producer with its first transaction: this one only fences, before the offset is read.
      await (await producer.transaction()).abort()
    } catch (error) {
      throw kafkaFault(error, `opening the transactions of ${group} on ${topic}/${partition}`)
    }
    return cluster.committed(group, topic, partition)
  }

  async #commit(
    messages: readonly RawMessage[],
    nextOffset: bigint,
    metadata: string,
  ): Promise<void> {
    const { group, lease } = this.#wires
    const doing = `a transaction of ${group} on ${lease.topic}/${lease.partition}`
    const producer = this.#producer
    if (producer === undefined) throw new Error(`${doing}: it is closed`)
    const transaction = await producer.transaction()
    try {
      const written = await this.#send(transaction, messages)
      const partitions = [{ partition: lease.partition, offset: String(nextOffset), metadata }]
      await addOffsets(transaction, {
        consumerGroupId: group,
        topics: [{ topic: lease.topic, partitions }],
      })
      await transaction.commit()
      for (const { topicName, partition, baseOffset } of written)
        this.#wires.cluster.noteWritten(topicName, partition, BigInt(baseOffset ?? -1))
    } catch (error) {
      // Frees readers at once; where it fails, the next open or the time limit does.
      if (transaction.isActive()) await transaction.abort().catch(() => {})
      await this.#discard()
      throw kafkaFault(error, doing)
    }
  }

  async #send(transaction: Transaction, messages: readonly RawMessage[]) {
    const written = []
    for (const send of sendsOf(messages, this.#wires.clients.options.messageBytesMax)) {
      const topicMessages = [...byTopic(send)].map(([topic, own]) => ({
        topic,
        messages: own.map(messageOf),
      }))
      written.push(...(await transaction.sendBatch({ topicMessages, acks: -1, compression })))
    }
    return written
  }

  async #discard(): Promise<void> {
    const producer = this.#producer
    this.#producer = undefined
    if (producer !== undefined)
      await endsWithin(
        producer.disconnect().catch(() => {}),
        1000,
      )
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(action)
    this.#busy = turn.catch(() => {})
    return turn
  }
}
