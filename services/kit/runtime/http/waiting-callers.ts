import type { Clock } from '../clock.ts'

/** Callers whose answers end when their records have left a queue, in order; nobody waits for a Kafka that takes none. */
export interface WaitingCallers {
  /** Resolves when so many more records have left, or at once while Kafka takes none. */
  wait(records: number): Promise<void>
  /** So many records have left the queue. */
  left(records: number): void
  /** Lets everybody go when a send fails or takes too long; one that ends well makes callers wait again. */
  watch(send: Promise<void>): Promise<void>
  letAllGo(): void
}

/** `patienceMs` is the longest that one send is waited for; 0: nobody ever waits. */
export const waitingCallers = (clock: Clock, patienceMs: number): WaitingCallers => {
  let added = 0
  let gone = 0
  let takesNone = patienceMs === 0
  let waiting: { readonly mark: number; readonly go: () => void }[] = []

  const letAllGo = (): void => {
    for (const { go } of waiting) go()
    waiting = []
  }
  const giveUp = (): void => {
    takesNone = true
    letAllGo()
  }
  return {
    wait: (records) => {
      added += records
      const mark = added
      return takesNone ? Promise.resolve() : new Promise((go) => waiting.push({ mark, go }))
    },
    left: (records) => {
      gone += records
      while (waiting[0] !== undefined && waiting[0].mark <= gone) waiting.shift()?.go()
    },
    watch: async (send) => {
      const settled = new AbortController()
      const patience = clock.wait(patienceMs, settled.signal).then(() => {
        if (!settled.signal.aborted) giveUp()
      })
      try {
        await send
        takesNone = patienceMs === 0
      } catch (error) {
        giveUp()
        throw error
      } finally {
        settled.abort()
        await patience
      }
    },
    letAllGo,
  }
}
