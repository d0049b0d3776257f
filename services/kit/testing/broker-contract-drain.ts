import { expect } from 'vitest'
import type { Broker, PartitionOwner, PartitionWorker, RawRecord } from '../broker.ts'
import {
  type BrokerLab,
  type ContractCase,
  eventually,
  numbered,
  numberOf,
  range,
} from './broker-contract-lab.ts'

interface Draining {
  readonly owners: PartitionOwner[]
  readonly taken: RawRecord[]
  closed: number
}

/** Drains into an array; a test overrides what it tries. */
const drainInto = async (
  broker: Broker,
  group: string,
  topic: string,
  make: (owner: PartitionOwner, into: Draining) => Partial<PartitionWorker> = () => ({}),
) => {
  const into: Draining = { owners: [], taken: [], closed: 0 }
  const consumption = await broker.drain({
    group,
    topics: [topic],
    worker: (owner) => {
      into.owners.push(owner)
      return {
        startOffset: async () => (await owner.committed()).offset,
        take: async ({ records }) => {
          into.taken.push(...records)
        },
        close: async () => {
          into.closed += 1
        },
        ...make(owner, into),
      }
    },
  })
  return { into, consumption }
}

const offsetOf = (records: readonly RawRecord[], index: number): bigint =>
  records[index]?.position.offset ?? -1n

const drainOnce = async (lab: BrokerLab, group: string, topic: string, commitAt: number) => {
  const { into, consumption } = await drainInto(lab.broker(), group, topic)
  await eventually(() => expect(into.taken).toHaveLength(10))
  const commitOffset = offsetOf(into.taken, commitAt)
  await into.owners[0]?.commit(commitOffset, `until ${commitAt}`)
  await consumption.stop()
  return commitOffset
}

/** Promises of `drain`. */
export const drainCases: Readonly<Record<string, ContractCase>> = {
  'a commit and its text come back after a restart, and records below do not': async (lab) => {
    const [group, topic] = [lab.group(), await lab.topic(1)]
    const broker = lab.broker()
    await broker.produce(numbered(topic, 0, 10))
    const commitOffset = await drainOnce(lab, group, topic, 6)
    const { into } = await drainInto(lab.broker(), group, topic)
    await eventually(() => expect(into.taken).toHaveLength(4))
    expect(into.taken.map(numberOf)).toEqual([6, 7, 8, 9])
    expect(await into.owners[0]?.committed()).toEqual({ offset: commitOffset, metadata: 'until 6' })
  },

  'without a commit the beginning is read, and committed is -1': async (lab) => {
    const [group, topic] = [lab.group(), await lab.topic(1)]
    await lab.broker().produce(numbered(topic, 0, 3))
    const { into } = await drainInto(lab.broker(), group, topic)
    await eventually(() => expect(into.taken).toHaveLength(3))
    expect(await into.owners[0]?.committed()).toEqual({ offset: -1n, metadata: '' })
  },

  'a worker may start below the committed offset, without a new record': async (lab) => {
    const [group, topic] = [lab.group(), await lab.topic(1)]
    await lab.broker().produce(numbered(topic, 0, 10))
    const commitOffset = await drainOnce(lab, group, topic, 9)
    const { into } = await drainInto(lab.broker(), group, topic, () => ({
      startOffset: async () => commitOffset - 4n,
    }))
    await eventually(() => expect(into.taken).toHaveLength(5))
    expect(into.taken.map(numberOf)).toEqual([5, 6, 7, 8, 9])
  },

  'a worker may start above the committed offset': async (lab) => {
    const [group, topic] = [lab.group(), await lab.topic(1)]
    await lab.broker().produce(numbered(topic, 0, 10))
    const commitOffset = await drainOnce(lab, group, topic, 2)
    const { into } = await drainInto(lab.broker(), group, topic, () => ({
      startOffset: async () => commitOffset + 5n,
    }))
    await eventually(() => expect(into.taken).toHaveLength(3))
    expect(into.taken.map(numberOf)).toEqual([7, 8, 9])
  },

  'a worker that is full stops its partition and no other': async (lab) => {
    const [group, topic] = [lab.group(), await lab.topic(2)]
    const broker = lab.broker()
    await broker.produce(numbered(topic, 0, 40))
    const room = Promise.withResolvers<void>()
    let waiting = 0
    const drained = await drainInto(broker, group, topic, ({ partition }, { taken }) => ({
      take: async ({ records }) => {
        taken.push(...records)
        if (partition === 1) return
        waiting += 1
        await room.promise
      },
    }))
    const { into, consumption } = drained
    const of = (partition: number): number =>
      into.taken.filter(({ position }) => position.partition === partition).length
    await eventually(() => expect(Math.min(of(0), of(1))).toBeGreaterThan(0))
    const [held, free] = [of(0), of(1)]
    await broker.produce(numbered(topic, 40, 80))
    await eventually(() => expect(of(1)).toBeGreaterThan(free))
    expect(of(0)).toBe(held)
    expect(waiting).toBe(1)
    // What waits is still counted.
    await eventually(() => expect(consumption.lag()[`${topic}/0`]).toBeGreaterThan(BigInt(held)))
    room.resolve()
    await eventually(() =>
      expect(into.taken.map(numberOf).toSorted((a, b) => a - b)).toEqual(range(80)),
    )
  },

  'a stop closes the workers while they can still commit, and waits for no take': async (lab) => {
    const [group, topic] = [lab.group(), await lab.topic(1)]
    await lab.broker().produce(numbered(topic, 0, 5))
    const { into, consumption } = await drainInto(
      lab.broker(),
      group,
      topic,
      (owner, { taken }) => ({
        take: ({ records }) => {
          taken.push(...records)
          return new Promise(() => {})
        },
        close: () => owner.commit(offsetOf(taken, 0) + 1n, 'closed'),
      }),
    )
    await eventually(() => expect(into.taken.length).toBeGreaterThan(0))
    await consumption.stop()
    expect(into.owners[0]?.lost.aborted).toBe(true)
    const { into: next } = await drainInto(lab.broker(), group, topic)
    await eventually(() => expect(next.taken).toHaveLength(4))
    expect((await next.owners[0]?.committed())?.metadata).toBe('closed')
  },

  'a worker whose partition was lost is closed and can commit no more': async (lab) => {
    const [group, topic] = [lab.group(), await lab.topic(1)]
    await lab.broker().produce(numbered(topic, 0, 5))
    const { into } = await drainInto(lab.broker(), group, topic)
    await eventually(() => expect(into.taken).toHaveLength(5))
    const [before] = into.owners
    const second = await drainInto(lab.broker(), group, topic)
    await eventually(() => expect(before?.lost.aborted).toBe(true))
    await eventually(() => expect(into.owners.length + second.into.owners.length).toBe(2))
    expect(into.closed).toBe(1)
    await expect(before?.commit(3n, 'late')).rejects.toMatchObject({ name: 'PartitionLost' })
    const after = [...into.owners, ...second.into.owners].find((owner) => owner !== before)
    expect(await after?.committed()).toEqual({ offset: -1n, metadata: '' })
  },

  'before anything was taken there is nothing to commit': async (lab) => {
    const [group, topic] = [lab.group(), await lab.topic(1)]
    const { into } = await drainInto(lab.broker(), group, topic)
    await eventually(() => expect(into.owners).toHaveLength(1))
    await expect(async () => into.owners[0]?.commit(3n, 'early')).rejects.toThrow('nothing')
  },

  'a worker that throws ends the consumer': async (lab) => {
    const [group, topic] = [lab.group(), await lab.topic(1)]
    await lab.broker().produce(numbered(topic, 0, 1))
    const { consumption } = await drainInto(lab.broker(), group, topic, () => ({
      take: async () => {
        throw new RangeError('a bug')
      },
    }))
    await expect(consumption.done).rejects.toThrow('a bug')
  },
}
