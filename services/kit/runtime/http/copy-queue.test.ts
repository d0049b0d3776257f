import { describe, expect, test } from 'vitest'
import { promMetrics } from '../../adapters/metrics/index.ts'
import { type LogLine, recordingLog } from '../../testing/surroundings.ts'
import { copyQueue } from './copy-queue.ts'

const scene = (concurrencyMax: number, waitingMax: number) => {
  const metrics = promMetrics({ process: false })
  const lines: LogLine[] = []
  const log = recordingLog(lines)
  const bounds = { concurrencyMax, waitingMax }
  const queue = copyQueue({ service: 's', name: 'r', metrics, log, ...bounds })
  const begun: number[] = []
  const gates = new Map<number, PromiseWithResolvers<void>>()
  const add = (id: number): void => {
    const gate = Promise.withResolvers<void>()
    gates.set(id, gate)
    queue.add((signal) => {
      begun.push(id)
      signal.addEventListener('abort', () => gate.resolve(), { once: true })
      return gate.promise
    })
  }
  const counted = async (result: string): Promise<number> => {
    const { body } = await metrics.scrape()
    const line = body.split('\n').find((each) => each.includes(`result="${result}"`))
    return Number(line?.split(' ').at(-1) ?? 0)
  }
  return { queue, add, gates, begun, counted, lines }
}
const never = new AbortController().signal

describe('copies', () => {
  test('begin up to the bound, then wait their turn, then are dropped and counted', async () => {
    const { queue, add, gates, begun, counted } = scene(2, 1)
    for (const id of [1, 2, 3, 4]) add(id)
    expect(begun).toEqual([1, 2])
    expect(await counted('dropped')).toBe(1)
    gates.get(1)?.resolve()
    await expect.poll(() => begun).toEqual([1, 2, 3])
    for (const gate of gates.values()) gate.resolve()
    await queue.stop(never)
    expect(await counted('done')).toBe(3)
  })

  test('that wait are dropped at the stop, and those under way are aborted in time', async () => {
    const { queue, add, begun, counted } = scene(1, 5)
    for (const id of [1, 2, 3]) add(id)
    const impatient = new AbortController()
    const stopped = queue.stop(impatient.signal)
    impatient.abort()
    await stopped
    expect(begun).toEqual([1])
    expect([await counted('dropped'), await counted('done')]).toEqual([2, 1])
  })

  test('that meet a bug are counted and told, and the next one goes on', async () => {
    const { queue, add, gates, begun, counted, lines } = scene(1, 5)
    add(1)
    add(2)
    gates.get(1)?.reject(new TypeError('bug'))
    await expect.poll(() => begun).toEqual([1, 2])
    gates.get(2)?.resolve()
    await queue.stop(never)
    expect([await counted('failed'), await counted('done')]).toEqual([1, 1])
    expect(lines).toHaveLength(1)
  })
})
