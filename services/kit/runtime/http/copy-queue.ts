import type { Logger } from '../../outside.ts'
import type { CopyBounds } from '../../route.ts'
import type { Metrics } from '../metrics.ts'

type Copy = (signal: AbortSignal) => Promise<void>

/** Copies of calls that wait for their turn, after their callers have been answered. */
export interface CopyQueue {
  /** Takes a copy, or drops and counts it where there is no room. */
  add(copy: Copy): void
  /** Drops what waits, aborts what is under way when the signal does, and resolves when nothing is left. */
  stop(signal: AbortSignal): Promise<void>
}

/** For a proxy that makes no copies. */
export const noCopies: CopyQueue = { add: () => undefined, stop: async () => undefined }

interface Options extends CopyBounds {
  readonly service: string
  readonly name: string
  readonly metrics: Metrics
  readonly log: Logger
}

/** A bounded queue of copies with bounded concurrency. */
export const copyQueue = (options: Options): CopyQueue => {
  const { service, name, metrics, log, concurrencyMax, waitingMax } = options
  const counter = metrics.counter('flywheel_proxy_copies_total', {
    help: 'Copies of proxied calls to another model, by what became of them.',
    labels: ['service', 'route', 'result'],
  })
  const count = (result: string, copies = 1): void =>
    counter.add({ service, route: name, result }, copies)
  const over = new AbortController()
  const waiting: Copy[] = []
  const working = new Set<Promise<void>>()

  const carry = async (copy: Copy): Promise<void> => {
    try {
      await copy(over.signal)
      count('done')
    } catch (error) {
      count('failed')
      log.error({ err: error }, 'a copy of a call met a bug')
    }
  }
  const work = async (): Promise<void> => {
    for (let copy = waiting.shift(); copy !== undefined; copy = waiting.shift()) await carry(copy)
  }
  const begin = (): void => {
    const worker = work()
    working.add(worker)
    void worker.finally(() => working.delete(worker))
  }
  return {
    add: (copy) => {
      const free = working.size < concurrencyMax
      if (!free && waiting.length >= waitingMax) return count('dropped')
      waiting.push(copy)
      if (free) begin()
    },
    stop: async (signal) => {
      if (waiting.length > 0) count('dropped', waiting.splice(0).length)
      signal.addEventListener('abort', () => over.abort(), { once: true })
      if (signal.aborted) over.abort()
      await Promise.all(working)
    },
  }
}
