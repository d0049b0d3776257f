import type { Logger } from '../outside.ts'
import type { Clock } from './clock.ts'
import type { ProcessorMeters } from './meters.ts'
import type { Watcher } from './patience.ts'

const notReadyAfterMs = 10_000

/** Which parts of a consumer wait for a neighbour, and since when. */
export interface Pauses {
  /** Watches one part, such as a partition. */
  watch(part: string): Watcher
  /** False once something has waited for 10 s. */
  ready(): boolean
}

/** Keeps the pause metric, the log and readiness of one consumer. */
export const pauses = (clock: Clock, log: Logger, meters: ProcessorMeters): Pauses => {
  const since = new Map<string, number>()
  const end = (part: string): void => {
    since.delete(part)
    meters.paused(since.size > 0)
  }
  return {
    watch: (part) => ({
      paused: (error, tries, sinceMs) => {
        since.set(part, sinceMs)
        meters.retried()
        meters.paused(true)
        log.warn({ part, tries: tries + 1, because: error.message }, 'waiting for a neighbour')
      },
      resumed: () => {
        end(part)
        log.info({ part }, 'going on')
      },
      gaveUp: () => end(part),
    }),
    ready: () => [...since.values()].every((ms) => clock.nowMs() - ms < notReadyAfterMs),
  }
}
