import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { OffsetsLost, RawRecord } from '../../broker.ts'
import { numbered, numberOf, range } from '../../testing/broker-contract-lab.ts'
import { kafkaBackDoor } from './testing.ts'

const backDoor = kafkaBackDoor()
beforeAll(backDoor.open)
afterAll(backDoor.close)

const patiently = { timeout: 20_000, interval: 50 }

/** Drains a topic, committing each batch with the arrival of its last record, until the returned function stops it. */
const drain = async (group: string, topic: string) => {
  const broker = backDoor.broker()
  const taken: RawRecord[] = []
  const lost: OffsetsLost[] = []
  let again: bigint | undefined
  const consumption = await broker.drain({
    group,
    topics: [topic],
    onLost: (what) => lost.push(what),
    worker: (owner) => ({
      startOffset: async () => {
        const committed = await owner.committed()
        again = committed.again
        return committed.again ?? committed.offset
      },
      take: async ({ records }) => {
        taken.push(...records)
        const last = records.at(-1)
        if (last === undefined) return
        const text = JSON.stringify({ at: last.timestampMs })
        await owner.commit(last.position.offset + 1n, text)
      },
      close: async () => {},
    }),
  })
  const stop = async () => {
    await consumption.stop()
    await broker.close()
  }
  onTestFinished(stop)
  return { taken, lost, again: () => again, stop }
}

const produce = async (topic: string, from: number, to: number) => {
  const broker = backDoor.broker()
  await broker.produce(numbered(topic, from, to))
  await broker.close()
}

/** A group that has taken ten records and is away. */
const scene = async () => {
  const topic = await backDoor.topic(1)
  const group = `standing-${crypto.randomUUID()}`
  await produce(topic, 0, 10)
  const first = await drain(group, topic)
  await vi.waitFor(() => expect(first.taken).toHaveLength(10), patiently)
  await vi.waitFor(async () => {
    const [found] = await backDoor.admin.fetchOffsets({ groupId: group, topics: [topic] })
    expect(found?.partitions[0]?.offset).toBe('10')
  }, patiently)
  await first.stop()
  expect(first.lost).toEqual([])
  return { topic, group }
}

const recreate = async (topic: string) => {
  await backDoor.admin.deleteTopics({ topics: [topic] })
  await vi.waitFor(() => backDoor.createTopic(topic, 1), patiently)
}

test('a restart that finds its offset tells of nothing', async () => {
  const { topic, group } = await scene()
  await produce(topic, 10, 12)
  const next = await drain(group, topic)
  await vi.waitFor(() => expect(next.taken.map(numberOf)).toEqual([10, 11]), patiently)
  expect(next.lost).toEqual([])
})

test('retention past the offset is told with its numbers, and reading goes on behind it', async () => {
  const { topic, group } = await scene()
  await produce(topic, 10, 20)
  await backDoor.admin.fetchTopicOffsets(topic)
  await backDoor.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '15' }] })
  const next = await drain(group, topic)
  await vi.waitFor(() => expect(next.taken.map(numberOf)).toEqual([15, 16, 17, 18, 19]), patiently)
  expect(next.lost).toMatchObject([{ kind: 'retention', next: 10n, from: 15n, end: 20n }])
})

test('a topic made anew under an offset that outlived it is told and read from its beginning', async () => {
  const { topic, group } = await scene()
  await recreate(topic)
  await produce(topic, 0, 4)
  // Kafka removes a deleted topic's offsets some time later, or never where it was cut.
  await backDoor.admin.setOffsets({
    groupId: group,
    topic,
    partitions: [{ partition: 0, offset: '10' }],
  })
  const next = await drain(group, topic)
  await vi.waitFor(() => expect(next.taken.map(numberOf)).toEqual(range(4)), patiently)
  expect(next.again()).toBe(0n)
  expect(next.lost).toMatchObject([{ kind: 'recreated', next: 10n, from: 0n }])
})

test('a topic made anew whose offsets went with it is read from its beginning', async () => {
  const { topic, group } = await scene()
  await recreate(topic)
  await produce(topic, 0, 25)
  const next = await drain(group, topic)
  await vi.waitFor(() => expect(next.taken.map(numberOf)).toEqual(range(25)), patiently)
})
