import { setTimeout as sleep } from 'node:timers/promises'

/** Time, so that tests own it. */
export interface Clock {
  nowMs(): number
  /** Resolves after the wait, or at once when the signal aborts; never rejects. */
  wait(ms: number, signal?: AbortSignal): Promise<void>
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  wait: async (ms, signal) => {
    await sleep(Math.max(0, ms), undefined, signal === undefined ? {} : { signal }).catch(
      () => undefined,
    )
  },
}
