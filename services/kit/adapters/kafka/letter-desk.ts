import { Transient } from '../../errors.ts'
import type { LetterClaim, LetterDesk, LetterDeskOptions } from '../../letters.ts'
import { kafkaClients } from './clients.ts'
import { Cluster } from './cluster.ts'
import { protocolErrorOf } from './faults.ts'
import { followTopic } from './follow.ts'
import { recordsAt } from './records-at.ts'
import { KafkaTransactions } from './transactions.ts'

/** The group whose commits carry the marks: one operator at a time a partition, by its transactional id. */
const group = 'operator.redrive'

const ousted = (error: unknown): never => {
  if (['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED'].includes(protocolErrorOf(error) ?? ''))
    throw new Transient('another redrive of these letters took over: see what is left of them')
  throw error
}

/** Dead letters in Kafka. */
export const kafkaLetterDesk = (options: LetterDeskOptions): LetterDesk => {
  const clients = kafkaClients(options)
  const cluster = new Cluster(clients)
  const marksOf: LetterDesk['marksOf'] = async ({ topic, partition }) =>
    (await cluster.committed(group, topic, partition)).metadata
  const claim: LetterDesk['claim'] = async (place): Promise<LetterClaim> => {
    const transactions = new KafkaTransactions({ clients, cluster, group, lease: place })
    await transactions.open()
    const extents = await cluster.extents(place.topic)
    return {
      marks: await marksOf(place),
      lowest: extents.get(place.partition)?.low ?? 0n,
      commit: (messages, nextOffset, marks) =>
        transactions.commit(messages, nextOffset, marks).catch(ousted),
      close: () => transactions.close(),
    }
  }
  return {
    readAll: async (topic, take) => {
      const follower = await followTopic(
        {
          topic,
          take: async ({ records }) => {
            for (const record of records) take(record)
          },
        },
        clients,
        cluster,
      )
      await follower.caughtUp().finally(() => follower.stop())
    },
    recordsAt: (place, offsets) => recordsAt(place, offsets, clients, cluster),
    marksOf,
    claim,
    close: () => cluster.close(),
  }
}
