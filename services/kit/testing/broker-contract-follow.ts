import { expect } from 'vitest'
import type { Broker, RawRecord } from '../broker.ts'
import {
  type BrokerLab,
  type ContractCase,
  eventually,
  forwarded,
  numbered,
  numberOf,
  range,
} from './broker-contract-lab.ts'

const followInto = async (broker: Broker, topic: string) => {
  const taken: RawRecord[] = []
  const take = async ({ records }: { readonly records: readonly RawRecord[] }): Promise<void> => {
    taken.push(...records)
  }
  return { taken, follower: await broker.follow({ topic, take }) }
}

/** Fills `to` by transactions, so that each partition it touches ends in a marker. */
const fillByTransactions = async (lab: BrokerLab, to: string, count: number): Promise<void> => {
  const from = await lab.topic(1)
  const broker = lab.broker()
  await broker.produce(numbered(from, 0, count))
  let processed = 0
  const consumption = await broker.consume({
    group: lab.group(),
    topics: [from],
    batchRecordsMax: 2,
    process: async (batch) => {
      processed += batch.records.length
      return forwarded(batch, to)
    },
  })
  await eventually(() => expect(processed).toBe(count))
  await consumption.stop()
}

/** Promises of `follow`. */
export const followCases: Readonly<Record<string, ContractCase>> = {
  'an empty topic has been read at once': async (lab) => {
    const { follower, taken } = await followInto(lab.broker(), await lab.topic(3))
    await follower.caughtUp()
    expect(taken).toEqual([])
  },

  'caught up means all that was there, over partitions, empty ones included': async (lab) => {
    const topic = await lab.topic(5)
    const broker = lab.broker()
    await broker.produce(numbered(topic, 0, 4))
    const { follower, taken } = await followInto(lab.broker(), topic)
    await follower.caughtUp()
    expect(taken.map(numberOf).toSorted()).toEqual(range(4))
    await broker.produce(numbered(topic, 4, 8))
    await follower.caughtUp()
    expect(taken.map(numberOf).toSorted()).toEqual(range(8))
  },

  'a topic that ends in markers is caught up with': async (lab) => {
    const topic = await lab.topic(2)
    await fillByTransactions(lab, topic, 9)
    const { follower, taken } = await followInto(lab.broker(), topic)
    await follower.caughtUp()
    expect(taken.map(numberOf).toSorted()).toEqual(range(9))
    await follower.caughtUp()
    expect(taken).toHaveLength(9)
  },

  'caught up waits for a slow taker': async (lab) => {
    const topic = await lab.topic(1)
    const broker = lab.broker()
    await broker.produce(numbered(topic, 0, 3))
    const released = Promise.withResolvers<void>()
    let isTaken = false
    const follower = await broker.follow({
      topic,
      take: async () => {
        await released.promise
        isTaken = true
      },
    })
    const caughtUp = follower.caughtUp().then(() => isTaken)
    setTimeout(released.resolve, 1200)
    expect(await caughtUp).toBe(true)
  },

  'a process reads its own transactions: the next batch sees what the last one wrote': async (
    lab,
  ) => {
    const [from, to] = [await lab.topic(1), await lab.topic(1)]
    const broker = lab.broker()
    const { follower, taken } = await followInto(broker, to)
    await broker.produce(numbered(from, 0, 20))
    const sizes: number[] = []
    await broker.consume({
      group: lab.group(),
      topics: [from],
      batchRecordsMax: 1,
      process: async (batch) => {
        await follower.caughtUp()
        sizes.push(taken.length)
        return forwarded(batch, to)
      },
    })
    await eventually(() => expect(sizes).toHaveLength(20))
    expect(sizes).toEqual(range(20))
  },

  'a stopped follower is never caught up again': async (lab) => {
    const topic = await lab.topic(1)
    const broker = lab.broker()
    const { follower } = await followInto(broker, topic)
    await follower.stop()
    await broker.produce(numbered(topic, 0, 1))
    await expect(follower.caughtUp()).rejects.toThrow('stopped')
  },
}
