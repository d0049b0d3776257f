import { vi } from 'vitest'
import type { Broker, RawBatch, RawMessage, RawRecord } from '../broker.ts'

/** What a test of the contract works with; all it starts is stopped with it. */
export interface BrokerLab {
  /** Creates a topic of its own. */
  topic(partitions: number): Promise<string>
  /** A group name of its own. */
  group(): string
  /** A new connection, as another process would have one. */
  broker(): Broker
  close(): Promise<void>
}

/** One promise, tried. */
export type ContractCase = (lab: BrokerLab) => Promise<void>

/** Waits until the check passes; fails with what it last complained of. */
export const eventually = (check: () => void): Promise<void> =>
  vi.waitFor(check, { timeout: 30_000, interval: 10 })

/** Messages `from` to `to - 1`, whose key and value is their number. */
export const numbered = (topic: string, from: number, to: number): readonly RawMessage[] =>
  Array.from({ length: to - from }, (_, index) => ({
    topic,
    key: String(from + index),
    value: Buffer.from(String(from + index)),
  }))

/** The number that a record of `numbered` carries. */
export const numberOf = ({ value }: RawRecord): number => Number(value?.toString())

/** The numbers of a batch. */
export const numbersOf = ({ records }: RawBatch): readonly number[] => records.map(numberOf)

/** The same records, for another topic. */
export const forwarded = (batch: RawBatch, topic: string): readonly RawMessage[] =>
  batch.records.map((record) => ({ topic, key: record.key ?? '', value: record.value }))

/** All that can be read of a topic now, by a follower. */
export const readAll = async (broker: Broker, topic: string): Promise<readonly RawRecord[]> => {
  const records: RawRecord[] = []
  const follower = await broker.follow({
    topic,
    take: async (batch) => {
      records.push(...batch.records)
    },
  })
  await follower.caughtUp()
  await follower.stop()
  return records
}

/** The numbers that a topic holds, sorted. */
export const readNumbers = async (broker: Broker, topic: string): Promise<readonly number[]> =>
  (await readAll(broker, topic)).map(numberOf).toSorted((a, b) => a - b)

/** 0 to count - 1. */
export const range = (count: number): readonly number[] => [...Array(count).keys()]
