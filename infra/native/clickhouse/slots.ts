import { raise } from './exception.ts'

/** The right to run one statement; `pipe` is the named pipe for its result. */
export interface Slot {
  readonly pipe: string
  release(): void
}

interface Waiting {
  readonly take: (pipe: string) => void
  readonly signal: AbortSignal
}

/** Lets so many statements run at once as there are pipes; the rest wait in the order they came. */
export class Slots {
  readonly #free: string[]
  readonly #waiting: Waiting[] = []
  readonly #waitingMax: number

  constructor(pipes: readonly string[], waitingMax: number) {
    this.#free = [...pipes]
    this.#waitingMax = waitingMax
  }

  /**
   * Waits for a slot.
   * @throws ServerException when too many wait already, or `signal` aborts before a slot is free
   */
  async acquire(signal: AbortSignal): Promise<Slot> {
    const pipe = this.#free.pop() ?? (await this.#wait(signal))
    let isHeld = true
    const release = (): void => {
      if (isHeld) this.#give(pipe)
      isHeld = false
    }
    return { pipe, release }
  }

  #wait(signal: AbortSignal): Promise<string> {
    if (this.#waiting.length >= this.#waitingMax) {
      const message = `Too many simultaneous queries: ${this.#waiting.length} are waiting.`
      throw raise('TOO_MANY_SIMULTANEOUS_QUERIES', message)
    }
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        reject(raise('QUERY_WAS_CANCELLED', 'Query was cancelled before it ran.'))
      }
      const take = (pipe: string): void => {
        signal.removeEventListener('abort', abort)
        resolve(pipe)
      }
      const waiting = { take, signal }
      signal.addEventListener('abort', abort, { once: true })
      this.#waiting.push(waiting)
      if (signal.aborted) abort()
    })
  }

  #give(pipe: string): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(pipe)
    else next.take(pipe)
  }
}
