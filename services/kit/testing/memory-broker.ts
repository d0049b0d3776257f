import { drained } from '../adapters/kafka/draining.ts'
import { exactlyOnce } from '../adapters/kafka/exactly-once.ts'
import type { Handling } from '../adapters/kafka/partition-handler.ts'
import { aborted } from '../adapters/kafka/patience.ts'
import { checkMessage } from '../adapters/kafka/records.ts'
import type { Broker, Consumption, Follower } from '../broker.ts'
import { StartFault } from '../errors.ts'
import type { Logger } from '../outside.ts'
import { MemoryGroup, MemoryMember } from './memory-broker-group.ts'
import { MemoryLog, type MemoryPartition } from './memory-broker-log.ts'

const messageBytesMax = 1_000_000

const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silent,
}

/** Kafka in memory: topics, groups and transactions that outlive the brokers connected to it. */
export interface MemoryCluster {
  createTopic(name: string, partitions: number): void
  /** A connection, as another process would have one. */
  broker(): Broker
}

type FollowOptions = Parameters<Broker['follow']>[0]

/** Hands one partition over for ever; `until` resolves when it has come to an offset. */
const followPartition = (from: MemoryPartition, take: FollowOptions['take']) => {
  const stopping = new AbortController()
  let position = 0n
  let moved = Promise.withResolvers<void>()
  const follow = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const changed = from.changed()
      const { batch, next } = from.read(position)
      if (batch.records.length > 0) await take(batch)
      position = next
      moved.resolve()
      moved = Promise.withResolvers()
      if (next === from.end) await Promise.race([changed, aborted(stopping.signal)])
      await new Promise(setImmediate)
    }
  }
  const following = follow()
  following.catch(() => {})
  return {
    until: async (end: bigint): Promise<void> => {
      while (position < end && !stopping.signal.aborted)
        await Promise.race([moved.promise, following])
      if (stopping.signal.aborted) throw new Error(`the follower of ${from.topic} was stopped`)
    },
    stop: async (): Promise<void> => {
      stopping.abort()
      await following.catch(() => {})
    },
  }
}

const followTopic = (
  partitions: readonly MemoryPartition[],
  take: FollowOptions['take'],
): Follower => {
  const followed = partitions.map((from) => followPartition(from, take))
  return {
    caughtUp: async () => {
      const ends = partitions.map(({ end }) => end)
      await Promise.all(followed.map(({ until }, index) => until(ends[index] ?? 0n)))
    },
    stop: async () => {
      await Promise.all(followed.map(({ stop }) => stop()))
    },
  }
}

/** A cluster without topics. */
export const memoryCluster = (log: Logger = silent): MemoryCluster => {
  const records = new MemoryLog()
  const groups = new Map<string, MemoryGroup>()
  const groupOf = (name: string): MemoryGroup => {
    const known = groups.get(name) ?? new MemoryGroup(records)
    groups.set(name, known)
    return known
  }
  const join = (group: string, topics: readonly string[], handling: Handling): Consumption => {
    try {
      for (const topic of topics) records.partitions(topic)
    } catch (error) {
      throw new StartFault(`the group ${group} can't start: ${String(error)}`)
    }
    const member = new MemoryMember(groupOf(group), topics, handling)
    groupOf(group).join(member)
    return member
  }
  const broker = (): Broker => {
    let isOpen = true
    return {
      consume: async (options) => {
        const transactions = (lease: Parameters<MemoryGroup['transactions']>[0]) =>
          groupOf(options.group).transactions(lease)
        const handling = exactlyOnce(options, { log, messageBytesMax, transactions })
        return join(options.group, options.topics, handling)
      },
      drain: async (options) => {
        const committed = async (lease: { topic: string; partition: number }) =>
          groupOf(options.group).committed(lease)
        return join(options.group, options.topics, drained(options, { log, committed }))
      },
      follow: async ({ topic, take }) => followTopic(records.partitions(topic), take),
      produce: async (messages) => {
        for (const message of messages) checkMessage(message, messageBytesMax)
        await new Promise(setImmediate)
        records.append(messages, { transactional: false })
      },
      healthy: async () => isOpen,
      close: async () => {
        isOpen = false
      },
    }
  }
  return { createTopic: (name, partitions) => records.createTopic(name, partitions), broker }
}

/** A broker in memory with the same promises as Kafka's, for unit tests; `topics` says how many partitions each has. */
export const memoryBroker = (topics: Readonly<Record<string, number>>, log?: Logger): Broker => {
  const cluster = memoryCluster(log)
  for (const [name, partitions] of Object.entries(topics)) cluster.createTopic(name, partitions)
  return cluster.broker()
}
