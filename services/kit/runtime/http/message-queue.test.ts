import { describe, expect, test } from 'vitest'
import { MessageRefused, type RawMessage } from '../../broker.ts'
import { Transient } from '../../errors.ts'
import { handBroker } from '../../testing/hand-broker.ts'
import { testSurroundings } from '../../testing/surroundings.ts'
import { messageQueue } from './message-queue.ts'

const named = (key: string): RawMessage => ({ topic: 't', key, value: Buffer.from(key) })
const never = new AbortController().signal

const queueOn = (broker = handBroker(), limits = { recordsMax: 5, bytesMax: 100_000 }) => {
  const surroundings = testSurroundings(broker)
  const queue = messageQueue({ ...surroundings, name: 'q', ...limits })
  const scrape = async () => (await surroundings.metrics.scrape()).body
  return { broker, queue, scrape, surroundings }
}

describe('the queue of proxied records', () => {
  test('sends in order', async () => {
    const { broker, queue } = queueOn()
    queue.add([named('a'), named('b')])
    queue.add([named('c')])
    await queue.flush(never)
    expect(broker.produced.map(({ key }) => key)).toEqual(['a', 'b', 'c'])
  })

  test.each([
    { recordsMax: 2, bytesMax: 100_000 },
    { recordsMax: 9, bytesMax: 1100 },
  ])('drops and counts what finds no room: %o', async (limits) => {
    const { broker, queue, scrape } = queueOn(handBroker(), limits)
    broker.failProduce(new Transient('down'))
    for (const key of ['a', 'b', 'c']) queue.add([named(key)])
    expect(await scrape()).toContain('flywheel_proxy_dropped_total{service="test",route="q"} 1')
    expect(await scrape()).toContain('flywheel_proxy_waiting_records{service="test",route="q"} 2')
    broker.failProduce(undefined)
    await queue.flush(never)
    expect(broker.produced.map(({ key }) => key)).toEqual(['a', 'b'])
  })

  test('gives up at the end of the stop, and says how many it lost', async () => {
    const { broker, queue, scrape } = queueOn()
    broker.failProduce(new Transient('down'))
    queue.add([named('a')])
    await queue.flush(AbortSignal.abort())
    expect(await scrape()).toContain('flywheel_proxy_dropped_total{service="test",route="q"} 1')
  })

  test('loses only the record that Kafka refuses', async () => {
    const broker = handBroker()
    const refusing = {
      ...broker,
      produce: async (messages: readonly RawMessage[]) => {
        if (messages.some(({ key }) => key === 'bad')) throw new MessageRefused('too large')
        await broker.produce(messages)
      },
    }
    const { queue, scrape } = queueOn({ ...refusing, produced: broker.produced })
    queue.add(['a', 'b', 'bad', 'c'].map(named))
    await queue.flush(never)
    expect(broker.produced.map(({ key }) => key)).toEqual(['a', 'b', 'c'])
    expect(await scrape()).toContain('flywheel_proxy_dropped_total{service="test",route="q"} 1')
  })
})
