import { expect, test } from 'vitest'
import { Transient } from '../errors.ts'
import { jumpingClock, recordingLog } from '../testing/surroundings.ts'
import { withPatience } from './patience.ts'
import { pauses } from './pauses.ts'

const meters = () => {
  const told: boolean[] = []
  const nothing = (): void => {}
  return {
    told,
    meters: {
      ...{ outcome: nothing, deadLetter: nothing, batch: nothing, retried: nothing },
      paused: (isPaused: boolean) => told.push(isPaused),
    },
  }
}

test('a partition that is taken away while it waits keeps nobody from being ready', async () => {
  const { told, meters: own } = meters()
  const clock = jumpingClock()
  const waiting = pauses(clock, recordingLog([]), own)
  const lost = new AbortController()
  let tries = 0
  const attempt = async (): Promise<never> => {
    tries += 1
    if (tries === 12) lost.abort()
    throw new Transient('away')
  }
  const trying = withPatience(attempt, clock, waiting.watch('topic/1'), lost.signal)
  await expect(trying).rejects.toThrow('away')
  expect(told).toContain(true)
  expect(told.at(-1)).toBe(false)
  await clock.wait(60_000, new AbortController().signal)
  expect(waiting.ready()).toBe(true)
})
