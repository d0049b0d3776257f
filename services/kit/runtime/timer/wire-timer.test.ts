import { describe, expect, test } from 'vitest'
import { type RetrainTrigger, topics } from '#schemas'
import { Transient } from '../../errors.ts'
import { emitAll, message } from '../../outcome.ts'
import { defineTimer } from '../../processor.ts'
import { integer } from '../../settings.ts'
import { handBroker } from '../../testing/hand-broker.ts'
import { jumpingClock, testSurroundings } from '../../testing/surroundings.ts'
import { tickAt, wireTimer } from './wire-timer.ts'

const { retrainTriggers, inferenceLogs } = topics

interface World {
  readonly look: (tickMs: number) => Promise<string>
}

const probe = defineTimer({
  service: 'drift-detector',
  name: 'probe',
  owner: inferenceLogs,
  outputs: [retrainTriggers],
  settings: { intervalMs: integer('PROBE_INTERVAL_MS', 1000, 'Ticks.') },
  intervalMs: ({ intervalMs }) => intervalMs,
  gather: (tickMs, world: World) => world.look(tickMs),
  decide: ({ tickMs, facts }) =>
    emitAll(
      [message(retrainTriggers, { workload: facts, triggerId: String(tickMs) } as RetrainTrigger)],
      [{ kind: 'notify', id: String(tickMs), url: 'https://example.org/', body: {} }],
    ),
})

const started = async (look: World['look'], startMs = 2500) => {
  const broker = handBroker()
  const surroundings = testSurroundings(broker, { clock: jumpingClock(startMs) })
  const running = await wireTimer(probe, { look }).start(surroundings)
  const ticks = async () => {
    const values = broker.produced.map(({ value }) => value)
    const decoded = await surroundings.codec.decode(retrainTriggers, values)
    return decoded.map((each) => ('value' in each ? Object(each.value).triggerId : 'fault'))
  }
  return { broker, surroundings, running, ticks }
}

/** Counts looks and loses the partition after some. */
const looking = (
  looksMax: number,
  look: (tickMs: number, looks: number) => void = () => undefined,
) => {
  const lost = new AbortController()
  const over = Promise.withResolvers<void>()
  let looks = 0
  return {
    lost: lost.signal,
    over: over.promise,
    look: async (tickMs: number) => {
      looks += 1
      if (looks > looksMax) {
        lost.abort()
        over.resolve()
      }
      look(tickMs, looks)
      return 'w'
    },
  }
}

describe('a timer', () => {
  test('ticks at whole multiples of its interval, the one that is due first', async () => {
    const { look, lost, over } = looking(3)
    const { broker, ticks, running, surroundings } = await started(look)
    broker.assign(0, lost)
    await over
    await running.stop()
    expect(await ticks()).toEqual(['2000', '3000', '4000'])
    expect(surroundings.asked.map(({ options }) => options.headers?.['idempotency-key'])).toEqual([
      '2000',
      '3000',
      '4000',
    ])
  })

  test('ticks on the owner of partition 0 only', async () => {
    const { look } = looking(1)
    const { broker, ticks, running } = await started(look)
    broker.assign(1, new AbortController().signal)
    await running.stop()
    expect(await ticks()).toEqual([])
  })

  test('never takes a second fetch, and lets go when closed', async () => {
    const { look, lost } = looking(9)
    const { broker } = await started(look)
    const worker = broker.assign(1, lost)
    expect(await worker.startOffset()).toBe(0n)
    const taken = worker.take({ topic: '', partition: 1, records: [], endOffset: 0n })
    const first = await Promise.race([taken.then(() => 'taken'), Promise.resolve('held')])
    expect(first).toBe('held')
    await worker.close()
    await taken
  })

  test('tries a tick again while a neighbour is dead, and writes nothing for a lost partition', async () => {
    const { look, lost, over } = looking(4, (_tickMs, looks) => {
      if (looks <= 2) throw new Transient('down')
    })
    const { broker, ticks, running } = await started(look)
    broker.assign(0, lost)
    await over
    await running.stop()
    expect(await ticks()).toEqual(['2000', '3000'])
  })

  test('skips a tick that meets a bug, and logs it', async () => {
    const { look, lost, over } = looking(2, (tickMs) => {
      if (tickMs === 2000) throw new RangeError('bug')
    })
    const { broker, ticks, running, surroundings } = await started(look)
    broker.assign(0, lost)
    await over
    await running.stop()
    expect(await ticks()).toEqual(['3000'])
    expect(surroundings.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  test('knows the tick that is due', () => {
    expect([tickAt(999, 1000), tickAt(1000, 1000), tickAt(1001, 1000)]).toEqual([0, 1000, 1000])
  })
})
