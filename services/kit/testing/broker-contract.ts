import { describe, test } from 'vitest'
import type { Broker } from '../broker.ts'
import { consumeCases } from './broker-contract-consume.ts'
import { drainCases } from './broker-contract-drain.ts'
import { followCases } from './broker-contract-follow.ts'
import type { BrokerLab } from './broker-contract-lab.ts'
import { memberCases } from './broker-contract-members.ts'
import { produceCases } from './broker-contract-produce.ts'

/** A cluster to try brokers on. */
export interface ContractCluster {
  createTopic(name: string, partitions: number): Promise<void>
  /** A new connection, as another process would have one. */
  broker(): Broker
}

const labOn = (cluster: ContractCluster): BrokerLab => {
  const unique = crypto.randomUUID().slice(0, 8)
  const ends: (() => Promise<void>)[] = []
  let count = 0
  const named = (kind: string): string => {
    count += 1
    return `contract-${unique}-${kind}-${count}`
  }
  const kept = <T extends { stop(): Promise<void> }>(running: T): T => {
    ends.push(() => running.stop())
    return running
  }
  return {
    group: () => named('group'),
    topic: async (partitions) => {
      const name = named('topic')
      await cluster.createTopic(name, partitions)
      return name
    },
    broker: () => {
      const broker = cluster.broker()
      ends.unshift(() => broker.close())
      return {
        ...broker,
        consume: async (options) => kept(await broker.consume(options)),
        drain: async (options) => kept(await broker.drain(options)),
        follow: async (options) => kept(await broker.follow(options)),
      }
    },
    close: async () => {
      for (const end of ends.toReversed()) await end()
    },
  }
}

/** Every promise of `Broker`, each as a test on a cluster of the caller's. */
export const brokerContract = (name: string, cluster: () => Promise<ContractCluster>): void => {
  describe(name, () => {
    const cases = {
      ...produceCases,
      ...consumeCases,
      ...memberCases,
      ...drainCases,
      ...followCases,
    }
    for (const [title, run] of Object.entries(cases))
      test(title, { timeout: 60_000 }, async () => {
        const lab = labOn(await cluster())
        try {
          await run(lab)
        } finally {
          await lab.close()
        }
      })
  })
}
