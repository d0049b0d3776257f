import { Transient } from '../errors.ts'
import type { Clock } from './clock.ts'

const firstWaitMs = 200
const longestWaitMs = 10_000

/** The wait before try `tries + 1`: doubling from 200 ms to 10 s. */
export const waitMs = (tries: number): number =>
  Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(tries, 16))

/** Who is told about waiting. */
export interface Watcher {
  /** Before each wait; `sinceMs` is when the first try failed. */
  paused(error: Transient, tries: number, sinceMs: number): void
  /** After a try that went well, when there had been waits. */
  resumed(): void
  /** When the waiting ended otherwise: somebody else answers for it now, or nobody. */
  gaveUp?(): void
}

/**
 * Tries until it goes well or the signal aborts: a dead neighbour is no reason to give up a record. Only `Transient` is
 * tried again; everything else is thrown at once, and the last `Transient` when the signal aborts.
 */
export const withPatience = async <Result>(
  attempt: () => Promise<Result>,
  clock: Clock,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Result> => {
  let sinceMs: number | undefined
  const wait = async (error: unknown, tries: number): Promise<void> => {
    if (!(error instanceof Transient) || signal.aborted) throw error
    sinceMs ??= clock.nowMs()
    watcher.paused(error, tries, sinceMs)
    await clock.wait(waitMs(tries), signal)
    if (signal.aborted) throw error
  }
  try {
    for (let tries = 0; ; tries++) {
      try {
        const result = await attempt()
        if (sinceMs !== undefined) watcher.resumed()
        return result
      } catch (error) {
        await wait(error, tries)
      }
    }
  } catch (error) {
    if (sinceMs !== undefined) watcher.gaveUp?.()
    throw error
  }
}
