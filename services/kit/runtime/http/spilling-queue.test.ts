import { fc, test } from '@fast-check/vitest'
import { describe, expect, onTestFinished } from 'vitest'
import { fileLayer } from '../../adapters/files/index.ts'
import { MessageRefused, type RawMessage } from '../../broker.ts'
import { Transient } from '../../errors.ts'
import type { FileLayer } from '../../spill/file-layer.ts'
import { openSpill } from '../../spill/open-spill.ts'
import { fillableDisk, keyed, keysOf, temporaryFolder } from '../../spill/testing.ts'
import { handBroker } from '../../testing/hand-broker.ts'
import { testSurroundings } from '../../testing/surroundings.ts'
import { type Clock, systemClock } from '../clock.ts'
import { messageQueue } from './message-queue.ts'

const never = new AbortController().signal
const limits = { recordsMax: 1000, bytesMax: 10_000_000, acknowledgeMs: 20 }

/** Waits of the queue are short, those of the heart go on until they are ended. */
const hastyClock: Clock = {
  nowMs: () => systemClock.nowMs(),
  wait: (ms, signal) => systemClock.wait(ms === 2000 ? 60_000 : Math.min(ms, 20), signal),
}

const queueOn = async (
  broker = handBroker(),
  given: Partial<{ folder: string; files: FileLayer; recordsMax: number; bytesMax: number }> = {},
) => {
  const { folder = await temporaryFolder(), files = fileLayer, ...others } = given
  const surroundings = testSurroundings(broker, { clock: hastyClock })
  const queue = messageQueue({
    ...surroundings,
    ...limits,
    ...others,
    name: 'q',
    spill: (lost) =>
      openSpill({
        files,
        clock: hastyClock,
        folder,
        bytesMax: 10_000_000,
        ageMaxMs: 60_000,
        lost,
        complain: () => undefined,
      }),
  })
  await queue.start()
  onTestFinished(() => queue.flush(AbortSignal.abort()))
  const scrape = async () => (await surroundings.metrics.scrape()).body
  return { broker, queue, folder, scrape }
}

describe('a queue with a spill', () => {
  test('makes records safe on disk while Kafka takes none, and sends them in order after', async () => {
    const { broker, queue, scrape } = await queueOn()
    broker.failProduce(new Transient('down'))
    for (const key of ['a', 'b', 'c']) await queue.add([keyed(key)])
    expect(await scrape()).toContain('flywheel_proxy_waiting_records{service="test",route="q"} 0')
    expect(await scrape()).toMatch(/flywheel_spill_bytes{.*} [1-9]/)
    broker.failProduce(undefined)
    await queue.flush(never)
    expect(keysOf(broker.produced)).toEqual(['a', 'b', 'c'])
    expect(await scrape()).toMatch(/flywheel_spill_records_total{.*event="sent"} 3/)
    expect(await scrape()).toMatch(/flywheel_spill_bytes{.*} 0/)
  })

  test('leaves what it has at a stop to the next process', async () => {
    const { broker, queue, folder } = await queueOn()
    broker.failProduce(new Transient('down'))
    await queue.add([keyed('a')])
    await queue.flush(AbortSignal.abort())
    const next = await queueOn(handBroker(), { folder })
    await expect.poll(() => keysOf(next.broker.produced)).toEqual(['a'])
  })

  test('sends nothing twice when a slow send ends well after it went to disk', async () => {
    const broker = handBroker()
    const gate = Promise.withResolvers<void>()
    const { produce } = broker
    broker.produce = async (messages) => {
      await gate.promise
      await produce(messages)
    }
    const { queue } = await queueOn(broker)
    await queue.add([keyed('a'), keyed('b')])
    await queue.add([keyed('c')])
    expect(broker.produced).toEqual([])
    gate.resolve()
    await queue.flush(never)
    expect(keysOf(broker.produced)).toEqual(['a', 'b', 'c'])
  })

  test('begins before memory is full, and waits for the disk there', async () => {
    const broker = handBroker()
    const gate = Promise.withResolvers<void>()
    const { produce } = broker
    broker.produce = async (messages) => {
      await gate.promise
      await produce(messages)
    }
    const { queue, scrape } = await queueOn(broker, { recordsMax: 4 })
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`)
    for (const key of keys) await queue.add([keyed(key)])
    gate.resolve()
    await queue.flush(never)
    expect(keysOf(broker.produced)).toEqual(keys)
    expect(await scrape()).not.toMatch(/dropped_total{/)
  })

  test('waits in memory, bounded and counted, while the disk is full', async () => {
    const { disk, files } = fillableDisk()
    const { broker, queue, scrape } = await queueOn(handBroker(), { files, recordsMax: 3 })
    broker.failProduce(new Transient('down'))
    await queue.add([keyed('a')])
    disk.full = true
    for (const key of ['b', 'c', 'd', 'e']) await queue.add([keyed(key)])
    expect(await scrape()).toMatch(/reason="no room to wait for Kafka"} 1/)
    disk.full = false
    await queue.add([keyed('f')])
    broker.failProduce(undefined)
    await queue.flush(never)
    expect(keysOf(broker.produced)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('loses only the record that Kafka refuses, from disk as well', async () => {
    const broker = handBroker()
    const { produce } = broker
    broker.produce = async (messages: readonly RawMessage[]) => {
      if (messages.some(({ key }) => key === 'bad')) throw new MessageRefused('too large')
      await produce(messages)
    }
    broker.failProduce(new Transient('down'))
    const { queue, scrape } = await queueOn(broker)
    await queue.add([keyed('a')])
    await queue.add(['b', 'bad', 'c'].map(keyed))
    broker.failProduce(undefined)
    await queue.flush(never)
    expect(keysOf(broker.produced)).toEqual(['a', 'b', 'c'])
    expect(await scrape()).toMatch(/reason="Kafka refuses the record"} 1/)
  })

  const moments = fc.array(fc.constantFrom('add', 'fail', 'mend', 'stop', 'rest'), {
    maxLength: 25,
  })
  test.prop([moments], { numRuns: 25 })(
    'every record that was safe gets to Kafka, in order, whatever fails and ends meanwhile',
    async (given) => {
      const folder = await temporaryFolder()
      const broker = handBroker()
      let { queue } = await queueOn(broker, { folder })
      let next = 0
      const steps: Record<(typeof given)[number], () => unknown> = {
        add: () => queue.add([keyed(`k${next++}`)]),
        fail: () => broker.failProduce(new Transient('down')),
        mend: () => broker.failProduce(undefined),
        rest: () => systemClock.wait(5),
        stop: async () => {
          await queue.flush(AbortSignal.abort())
          queue = (await queueOn(broker, { folder })).queue
        },
      }
      for (const moment of given) await steps[moment]()
      broker.failProduce(undefined)
      await queue.flush(never)
      const keys = Array.from({ length: next }, (_, index) => `k${index}`)
      expect(keysOf(broker.produced)).toEqual(keys)
    },
  )
})
