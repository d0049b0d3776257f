import { MessageRefused } from '../../broker.ts'
import type { Clock } from '../clock.ts'

/** Callers whose answers end when their records are safe, in order. */
export interface WaitingCallers {
  /** Resolves when so many more records are safe, or at once while nobody waits. */
  wait(records: number): Promise<void>
  /** So many more records are safe: acknowledged by Kafka, or on disk. */
  safe(records: number): void
  /** Tells when a send fails or takes too long; one that ends well makes callers wait again. */
  watch(send: Promise<void>): Promise<void>
  /** Lets everybody go who waits. */
  letAllGo(): void
  /** Lets everybody go, and whoever comes until records are safe again. */
  giveUp(): void
  /** Nobody was let go, or somebody has been safe since. */
  waitAgain(): void
}

/**
 * `patienceMs` is the longest that one send is waited for; 0: nobody ever waits. `stuck` is called when Kafka takes no records,
 * or takes them too slowly.
 */
export const waitingCallers = (
  clock: Clock,
  patienceMs: number,
  stuck: () => void,
): WaitingCallers => {
  let added = 0
  let gone = 0
  let nobodyWaits = patienceMs === 0
  let waiting: { readonly mark: number; readonly go: () => void }[] = []

  const letAllGo = (): void => {
    for (const { go } of waiting) go()
    waiting = []
  }
  const waitAgain = (): void => {
    nobodyWaits = patienceMs === 0
  }
  const lookAfter = async (settled: AbortSignal): Promise<void> => {
    if (patienceMs === 0) return
    await clock.wait(patienceMs, settled)
    if (!settled.aborted) stuck()
  }
  return {
    wait: (records) => {
      added += records
      const mark = added
      return nobodyWaits || mark <= gone
        ? Promise.resolve()
        : new Promise((go) => waiting.push({ mark, go }))
    },
    safe: (records) => {
      gone += records
      while (waiting[0] !== undefined && waiting[0].mark <= gone) waiting.shift()?.go()
    },
    watch: async (send) => {
      const settled = new AbortController()
      const patience = lookAfter(settled.signal)
      try {
        await send
        waitAgain()
      } catch (error) {
        if (!(error instanceof MessageRefused)) stuck()
        throw error
      } finally {
        settled.abort()
        await patience
      }
    },
    letAllGo,
    giveUp: () => {
      nobodyWaits = true
      letAllGo()
    },
    waitAgain,
  }
}
