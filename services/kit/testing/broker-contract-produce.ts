import { expect } from 'vitest'
import { MessageRefused } from '../broker.ts'
import { type ContractCase, numbered, numberOf, range, readAll } from './broker-contract-lab.ts'

/** Promises of `produce`. */
export const produceCases: Readonly<Record<string, ContractCase>> = {
  'keys, values, headers and tombstones arrive as they were sent': async (lab) => {
    const topic = await lab.topic(1)
    const broker = lab.broker()
    const headers = { traceparent: '00-1', bytes: Buffer.from([0, 255]) }
    await broker.produce([
      { topic, key: 'a', value: Buffer.from('one'), headers },
      { topic, key: Buffer.from([1, 2]), value: null },
    ])
    const [first, second] = await readAll(broker, topic)
    expect(first?.key?.toString()).toBe('a')
    expect(first?.value?.toString()).toBe('one')
    expect(first?.headers['traceparent']?.toString()).toBe('00-1')
    expect(first?.headers['bytes']).toEqual(Buffer.from([0, 255]))
    expect(second?.key).toEqual(Buffer.from([1, 2]))
    expect(second?.value).toBeNull()
    expect(Math.abs((first?.timestampMs ?? 0) - Date.now())).toBeLessThan(60_000)
  },

  'one key keeps its partition and its order, under many sends at once': async (lab) => {
    const topic = await lab.topic(3)
    const broker = lab.broker()
    const messages = numbered(topic, 0, 60)
    const keyed = messages.map((message, index) => ({ ...message, key: `key-${index % 5}` }))
    await Promise.all(keyed.map((message) => broker.produce([message])))
    const records = await readAll(broker, topic)
    expect(records.map(numberOf).toSorted((a, b) => a - b)).toEqual(range(60))
    for (const [key, own] of Map.groupBy(records, (record) => record.key?.toString())) {
      expect(new Set(own.map(({ position }) => position.partition)).size, key).toBe(1)
      expect(own.map(numberOf)).toEqual(own.map(numberOf).toSorted((a, b) => a - b))
    }
  },

  'thousands of messages in one call arrive once and in order': async (lab) => {
    const topic = await lab.topic(1)
    const broker = lab.broker()
    await broker.produce(numbered(topic, 0, 2500))
    expect((await readAll(broker, topic)).map(numberOf)).toEqual(range(2500))
  },

  'a message without a key, too large or for no topic is refused, the rest goes on': async (
    lab,
  ) => {
    const topic = await lab.topic(1)
    const broker = lab.broker()
    const value = Buffer.from('0')
    const refused = expect.objectContaining({ name: MessageRefused.name })
    await expect(broker.produce([{ topic, key: '', value }])).rejects.toEqual(refused)
    await expect(
      broker.produce([{ topic, key: 'a', value: Buffer.alloc(2_000_000) }]),
    ).rejects.toEqual(refused)
    await expect(broker.produce([{ topic: `${topic}-unknown`, key: 'a', value }])).rejects.toEqual(
      refused,
    )
    await broker.produce([{ topic, key: 'a', value }])
    expect((await readAll(broker, topic)).map(numberOf)).toEqual([0])
  },

  'a connected broker is healthy': async (lab) => {
    expect(await lab.broker().healthy()).toBe(true)
  },
}
