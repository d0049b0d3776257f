import { expect } from 'vitest'
import type { RawBatch } from '../broker.ts'
import {
  type ContractCase,
  eventually,
  forwarded,
  numbered,
  range,
  readAll,
  readNumbers,
} from './broker-contract-lab.ts'

/** Promises of `consume` to members that come and go. */
export const memberCases: Readonly<Record<string, ContractCase>> = {
  'a stop lets the batch at hand finish': async (lab) => {
    const [from, to] = [await lab.topic(1), await lab.topic(1)]
    const broker = lab.broker()
    await broker.produce(numbered(from, 0, 4))
    const begun = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const consumption = await broker.consume({
      group: lab.group(),
      topics: [from],
      batchRecordsMax: 2,
      process: async (batch) => {
        begun.resolve()
        await released.promise
        return forwarded(batch, to)
      },
    })
    await begun.promise
    const stopped = consumption.stop()
    released.resolve()
    await stopped
    await consumption.done
    expect(consumption.owns(from, 0)).toBe(false)
    expect(await readNumbers(broker, to)).toEqual([0, 1])
  },

  'a stop aborts a batch that does not finish, and writes nothing of it': async (lab) => {
    const [from, to] = [await lab.topic(1), await lab.topic(1)]
    const broker = lab.broker()
    await broker.produce(numbered(from, 0, 2))
    const begun = Promise.withResolvers<void>()
    const consumption = await broker.consume({
      group: lab.group(),
      topics: [from],
      batchRecordsMax: 2,
      process: async (batch, signal) => {
        begun.resolve()
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return forwarded(batch, to)
      },
    })
    await begun.promise
    const startedMs = performance.now()
    await consumption.stop()
    expect(performance.now() - startedMs).toBeLessThan(10_000)
    expect(await readNumbers(broker, to)).toEqual([])
  },

  'members that come and go share the partitions, and each record counts once': async (lab) => {
    const [from, to] = [await lab.topic(4), await lab.topic(1)]
    const group = lab.group()
    const consume = async () =>
      lab.broker().consume({
        group,
        topics: [from],
        batchRecordsMax: 5,
        process: async (batch: RawBatch) => forwarded(batch, to),
      })
    const owned = (each: Awaited<ReturnType<typeof consume>>): readonly number[] =>
      range(4).filter((partition) => each.owns(from, partition))
    const producer = lab.broker()
    const first = await consume()
    await producer.produce(numbered(from, 0, 100))
    const second = await consume()
    await producer.produce(numbered(from, 100, 200))
    await eventually(() => {
      expect(owned(first)).toHaveLength(2)
      expect([...owned(first), ...owned(second)].toSorted()).toEqual(range(4))
    })
    await producer.produce(numbered(from, 200, 300))
    await first.stop()
    expect(owned(first)).toEqual([])
    await eventually(() => expect(owned(second)).toEqual(range(4)))
    await producer.produce(numbered(from, 300, 400))
    await eventually(async () =>
      expect((await readAll(producer, to)).length).toBeGreaterThanOrEqual(400),
    )
    expect(await readNumbers(producer, to)).toEqual(range(400))
  },
}
