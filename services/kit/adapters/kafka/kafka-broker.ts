import type { Broker } from '../../broker.ts'
import { type KafkaBrokerOptions, kafkaClients } from './clients.ts'
import { Cluster } from './cluster.ts'
import { type DrainWires, drained } from './draining.ts'
import { exactlyOnce } from './exactly-once.ts'
import { followTopic } from './follow.ts'
import { Group } from './group.ts'
import { KeyedProducer } from './keyed-producer.ts'
import { persistently } from './patience.ts'
import { findStart, noteGap } from './standing.ts'
import { KafkaTransactions } from './transactions.ts'

/** Kafka by kafkajs 2.2.4. Nothing connects before it is used. Stop what it runs before `close`. */
export const kafkaBroker = (options: KafkaBrokerOptions): Broker => {
  const clients = kafkaClients(options)
  const { log, messageBytesMax } = clients.options
  const cluster = new Cluster(clients)
  const producer = new KeyedProducer(clients)
  const watching: Pick<DrainWires, 'findStart' | 'noteGap'> = {
    findStart: (lease, committed, onLost) => findStart(cluster, lease, committed, onLost),
    noteGap: (lease, offsets, onLost) => void noteGap(cluster, lease, offsets, onLost),
  }
  return {
    consume: (consuming) => {
      const { group, topics } = consuming
      const handling = exactlyOnce(consuming, {
        log,
        messageBytesMax,
        ...watching,
        mustOpen: async (lease) => {
          const look = async () =>
            findStart(
              cluster,
              lease,
              await cluster.committed(group, lease.topic, lease.partition),
              () => {},
            )
          return (
            (await persistently(look, lease.ending, () => {}).catch(() => undefined)) !== undefined
          )
        },
        transactions: (lease) => new KafkaTransactions({ clients, cluster, group, lease }),
      })
      return Group.join({ clients, cluster, group, topics, handling, log })
    },
    drain: (draining) => {
      const { group, topics } = draining
      const handling = drained(draining, {
        log,
        ...watching,
        committed: ({ topic, partition }) => cluster.committed(group, topic, partition),
      })
      return Group.join({ clients, cluster, group, topics, handling, log })
    },
    follow: (following) => followTopic(following, clients, cluster),
    produce: (messages) => producer.produce(messages),
    healthy: () => cluster.healthy(),
    close: async () => {
      await producer.close()
      await cluster.close()
    },
  }
}
