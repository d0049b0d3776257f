import { describe, expect, test } from 'vitest'
import { MessageRefused, type RawMessage } from '../../broker.ts'
import { Transient } from '../../errors.ts'
import { handBroker } from '../../testing/hand-broker.ts'
import { testSurroundings } from '../../testing/surroundings.ts'
import { type Clock, systemClock } from '../clock.ts'
import { messageQueue } from './message-queue.ts'

const named = (key: string): RawMessage => ({ topic: 't', key, value: Buffer.from(key) })
const never = new AbortController().signal

const queueOn = (
  broker = handBroker(),
  limits = { recordsMax: 5, bytesMax: 100_000 },
  acknowledgeMs = 50,
  clock?: Clock,
) => {
  const surroundings = testSurroundings(broker, clock === undefined ? {} : { clock })
  const queue = messageQueue({ ...surroundings, name: 'q', ...limits, acknowledgeMs })
  const scrape = async () => (await surroundings.metrics.scrape()).body
  return { broker, queue, scrape, surroundings }
}

describe('the queue of proxied records', () => {
  test('sends in order', async () => {
    const { broker, queue } = queueOn()
    void queue.add([named('a'), named('b')])
    void queue.add([named('c')])
    await queue.flush(never)
    expect(broker.produced.map(({ key }) => key)).toEqual(['a', 'b', 'c'])
  })

  test.each([
    { recordsMax: 2, bytesMax: 100_000 },
    { recordsMax: 9, bytesMax: 1100 },
  ])('drops and counts what finds no room: %o', async (limits) => {
    const { broker, queue, scrape } = queueOn(handBroker(), limits)
    broker.failProduce(new Transient('down'))
    for (const key of ['a', 'b', 'c']) void queue.add([named(key)])
    expect(await scrape()).toContain('reason="no room to wait for Kafka"} 1')
    expect(await scrape()).toContain('flywheel_proxy_waiting_records{service="test",route="q"} 2')
    broker.failProduce(undefined)
    await queue.flush(never)
    expect(broker.produced.map(({ key }) => key)).toEqual(['a', 'b'])
  })

  test('tells a caller when his own records are acknowledged, and not before', async () => {
    const broker = handBroker()
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const called = Promise.withResolvers<void>()
    const gated = async (messages: readonly RawMessage[]) => {
      called.resolve()
      await gates[broker.produced.length]?.promise
      broker.produced.push(...messages)
    }
    const { queue } = queueOn({ ...broker, produce: gated }, undefined, 60_000, systemClock)
    const order: string[] = []
    const first = queue.add([named('a')]).then(() => order.push('a'))
    await called.promise
    const second = queue.add([named('b')]).then(() => order.push('b'))
    expect(broker.produced).toEqual([])
    gates[0]?.resolve()
    await first
    expect(order).toEqual(['a'])
    gates[1]?.resolve()
    await second
    expect(broker.produced.map(({ key }) => key)).toEqual(['a', 'b'])
  })

  test('holds nobody up while Kafka fails or is slow, and waits again once it takes records', async () => {
    const { broker, queue } = queueOn()
    broker.failProduce(new Transient('down'))
    await queue.add([named('a')])
    await queue.add([named('b')])
    expect(broker.produced).toEqual([])
    broker.failProduce(undefined)
    await expect.poll(() => broker.produced.length).toBe(2)
    const slow = Promise.withResolvers<void>()
    const produce = broker.produce
    broker.produce = async (messages) => {
      await slow.promise
      await produce(messages)
    }
    await queue.add([named('c')])
    expect(broker.produced).toHaveLength(2)
    slow.resolve()
    await queue.flush(never)
    await queue.add([named('d')])
    expect(broker.produced.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('lets everybody go at once where nobody shall wait', async () => {
    const { broker, queue } = queueOn(handBroker(), undefined, 0)
    broker.produce = () => new Promise(() => undefined)
    await queue.add([named('a')])
    expect(broker.produced).toEqual([])
  })

  test('gives up at the end of the stop, and says how many it lost', async () => {
    const { broker, queue, scrape } = queueOn()
    broker.failProduce(new Transient('down'))
    void queue.add([named('a')])
    await queue.flush(AbortSignal.abort())
    expect(await scrape()).toMatch(/flywheel_proxy_dropped_total{.*,reason=".*"} 1/)
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
    void queue.add(['a', 'b', 'bad', 'c'].map(named))
    await queue.flush(never)
    expect(broker.produced.map(({ key }) => key)).toEqual(['a', 'b', 'c'])
    expect(await scrape()).toMatch(/flywheel_proxy_dropped_total{.*,reason=".*"} 1/)
  })
})
