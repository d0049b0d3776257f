import kafkajs from 'kafkajs'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import {
  eventually,
  forwarded,
  numbered,
  range,
  readNumbers,
} from '../../testing/broker-contract-lab.ts'
import { kafkaBackDoor } from './testing.ts'

const backDoor = kafkaBackDoor({ sessionTimeoutMs: 6000 })
beforeAll(backDoor.open)
afterAll(backDoor.close)

const scene = async () => {
  const [from, to] = [await backDoor.topic(1), await backDoor.topic(1)]
  const broker = backDoor.broker()
  onTestFinished(() => broker.close())
  const group = `${from}.group`
  await broker.produce(numbered(from, 0, 4))
  return { from, to, broker, group }
}

/** A process of the same group that writes as the owner of partition 0 does, past the adapter. */
const rival = async (group: string, topic: string) => {
  const producer = backDoor.kafka.producer({
    transactionalId: `${group}:${topic}:0`,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    transactionTimeout: 60_000,
    retry: { retries: 2 },
  })
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  return producer
}

const consuming = (
  { from, to, broker, group }: Awaited<ReturnType<typeof scene>>,
  before: () => Promise<void> = async () => {},
) =>
  broker.consume({
    group,
    topics: [from],
    batchRecordsMax: 10,
    process: async (batch) => {
      await before()
      return forwarded(batch, to)
    },
  })

test('what a dead process left in an open transaction is never read, and holds nobody up', async () => {
  const set = await scene()
  const dead = await rival(set.group, set.from)
  const transaction = await dead.transaction()
  await transaction.send({ topic: set.to, messages: [{ key: 'x', value: '99' }] })
  await transaction.sendOffsets({
    consumerGroupId: set.group,
    topics: [{ topic: set.from, partitions: [{ partition: 0, offset: '4' }] }],
  })
  await dead.disconnect()
  const consumption = await consuming(set)
  await eventually(async () => expect(await readNumbers(set.broker, set.to)).toEqual(range(4)))
  await consumption.stop()
}, 30_000)

test('a zombie that wakes up after its successor began writes nothing', async () => {
  const set = await scene()
  const zombie = await rival(set.group, set.from)
  const asleep = await zombie.transaction()
  const consumption = await consuming(set)
  await eventually(async () => expect(await readNumbers(set.broker, set.to)).toEqual(range(4)))
  const late = async () => {
    await asleep.send({ topic: set.to, messages: [{ key: 'x', value: '99' }] })
    await asleep.commit()
  }
  await expect(late()).rejects.toThrow('epoch')
  await set.broker.produce(numbered(set.from, 4, 6))
  await eventually(async () => expect(await readNumbers(set.broker, set.to)).toEqual(range(6)))
  await consumption.stop()
}, 30_000)

test('an owner that was fenced joins anew and repeats its batch: nothing lost, nothing twice', async () => {
  const set = await scene()
  let tries = 0
  const consumption = await consuming(set, async () => {
    tries += 1
    if (tries > 1) return
    const other = await rival(set.group, set.from)
    await (await other.transaction()).abort()
  })
  await eventually(async () => expect(await readNumbers(set.broker, set.to)).toEqual(range(4)))
  expect(tries).toBe(2)
  await consumption.stop()
}, 30_000)

test('a fenced owner does not repeat what its successor has committed', async () => {
  const set = await scene()
  let tries = 0
  const consumption = await consuming(set, async () => {
    tries += 1
    if (tries > 1) return
    const successor = await rival(set.group, set.from)
    const transaction = await successor.transaction()
    await transaction.send({
      topic: set.to,
      messages: [0, 1, 2].map((number) => ({ key: String(number), value: String(number) })),
    })
    await transaction.sendOffsets({
      consumerGroupId: set.group,
      topics: [{ topic: set.from, partitions: [{ partition: 0, offset: '3' }] }],
    })
    await transaction.commit()
  })
  await eventually(async () => expect(await readNumbers(set.broker, set.to)).toEqual(range(4)))
  await consumption.stop()
  expect(await readNumbers(set.broker, set.to)).toEqual(range(4))
}, 30_000)

test('a batch that outlasts the session keeps its partition by heartbeats', async () => {
  const set = await scene()
  let tries = 0
  const consumption = await consuming(set, async () => {
    tries += 1
    await new Promise((resolve) => setTimeout(resolve, 8000))
  })
  await eventually(async () => expect(await readNumbers(set.broker, set.to)).toEqual(range(4)))
  expect(tries).toBe(1)
  await consumption.stop()
}, 30_000)
