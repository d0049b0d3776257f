import { expect } from 'vitest'
import type { RawRecord } from '../broker.ts'
import {
  type ContractCase,
  eventually,
  forwarded,
  numbered,
  numberOf,
  numbersOf,
  range,
  readNumbers,
} from './broker-contract-lab.ts'

const isIncreasing = (offsets: readonly bigint[]): boolean =>
  offsets.every((offset, index) => index === 0 || offset > (offsets[index - 1] ?? 0n))

/** Promises of `consume`. */
export const consumeCases: Readonly<Record<string, ContractCase>> = {
  'batches keep order and their limit; offsets increase over the gaps of markers': async (lab) => {
    const [from, via, to] = [await lab.topic(1), await lab.topic(1), await lab.topic(1)]
    const broker = lab.broker()
    await broker.produce(numbered(from, 0, 20))
    const seen: RawRecord[] = []
    const sizes: number[] = []
    await broker.consume({
      group: lab.group(),
      topics: [from],
      batchRecordsMax: 5,
      process: async (batch) => forwarded(batch, via),
    })
    const second = await broker.consume({
      group: lab.group(),
      topics: [via],
      batchRecordsMax: 100,
      process: async (batch) => {
        seen.push(...batch.records)
        sizes.push(batch.records.length)
        return forwarded(batch, to)
      },
    })
    await eventually(() => expect(seen).toHaveLength(20))
    expect(seen.map(numberOf)).toEqual(range(20))
    const offsets = seen.map(({ position }) => position.offset)
    expect(isIncreasing(offsets)).toBe(true)
    // Four transactions wrote them: three markers at least lie in between.
    expect((offsets.at(-1) ?? 0n) - (offsets[0] ?? 0n)).toBeGreaterThanOrEqual(22n)
    await eventually(() => expect(second.lag()).toEqual({ [`${via}/0`]: 0n }))
  },

  'cut decides how many records make a batch': async (lab) => {
    const topic = await lab.topic(1)
    const broker = lab.broker()
    await broker.produce(numbered(topic, 0, 7))
    const batches: (readonly number[])[] = []
    await broker.consume({
      group: lab.group(),
      topics: [topic],
      batchRecordsMax: 4,
      cut: (records) => Math.min(records.length, 1 + (numberOf(records[0] as RawRecord) % 3)),
      process: async (batch) => {
        batches.push(numbersOf(batch))
        return []
      },
    })
    await eventually(() => expect(batches.flat()).toHaveLength(7))
    expect(batches).toEqual([[0], [1, 2], [3], [4, 5], [6]])
  },

  'a batch that fails writes nothing and comes again': async (lab) => {
    const [from, to] = [await lab.topic(1), await lab.topic(1)]
    const broker = lab.broker()
    await broker.produce(numbered(from, 0, 3))
    const tries: (readonly number[])[] = []
    await broker.consume({
      group: lab.group(),
      topics: [from],
      batchRecordsMax: 10,
      process: async (batch) => {
        tries.push(numbersOf(batch))
        if (tries.length < 3) throw new Error('not now')
        return forwarded(batch, to)
      },
    })
    await eventually(() => expect(tries).toHaveLength(3))
    expect(tries).toEqual([tries[0], tries[0], tries[0]])
    await eventually(async () => expect(await readNumbers(broker, to)).toEqual(range(3)))
  },

  'a restart goes on after the committed offset, with nothing twice': async (lab) => {
    const [from, to] = [await lab.topic(2), await lab.topic(1)]
    const group = lab.group()
    for (const round of [0, 1, 2]) {
      const broker = lab.broker()
      await broker.produce(numbered(from, round * 10, round * 10 + 10))
      let count = 0
      const consumption = await broker.consume({
        group,
        topics: [from],
        batchRecordsMax: 3,
        process: async (batch) => {
          count += batch.records.length
          return forwarded(batch, to)
        },
      })
      await eventually(() => expect(count).toBe(10))
      await consumption.stop()
      await consumption.done
    }
    expect(await readNumbers(lab.broker(), to)).toEqual(range(30))
  },

  'an output that is refused ends the consumer; nothing is written or skipped': async (lab) => {
    const [from, to] = [await lab.topic(1), await lab.topic(1)]
    const group = lab.group()
    const broker = lab.broker()
    await broker.produce(numbered(from, 0, 2))
    const consumption = await broker.consume({
      group,
      topics: [from],
      batchRecordsMax: 10,
      process: async (batch) => [...forwarded(batch, to), { topic: to, key: '', value: null }],
    })
    await expect(consumption.done).rejects.toMatchObject({ name: 'MessageRefused' })
    await broker.consume({
      group,
      topics: [from],
      batchRecordsMax: 10,
      process: async (batch) => forwarded(batch, to),
    })
    await eventually(async () => expect(await readNumbers(broker, to)).toEqual([0, 1]))
  },

  'a topic that does not exist is a start fault': async (lab) => {
    const broker = lab.broker()
    const topics = [`${await lab.topic(1)}-unknown`]
    const process = async () => []
    await expect(
      broker.consume({ group: lab.group(), topics, batchRecordsMax: 1, process }),
    ).rejects.toMatchObject({ name: 'StartFault' })
  },
}
