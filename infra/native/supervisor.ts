import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ChildSpecification, Life } from './life.ts'

export type { ChildSpecification } from './life.ts'

/** Something that a person should know. */
export type Tell = (line: string) => void

/** A child that is started again when it ends by itself. */
export interface Supervised {
  readonly name: string
  /** The process now; another after a restart. */
  readonly pid: () => number | undefined
  readonly restarts: () => number
  /**
   * Resolves when it can be used, after at least so many restarts (0 unless given): right after a kill it is not yet known to
   * be gone. Rejects when it was stopped.
   */
  readonly whenReady: (leastRestarts?: number) => Promise<void>
  /** Ends it and everything that it started, for good: SIGTERM, then SIGKILL after 10 s unless given. */
  readonly stop: (withinMs?: number) => Promise<void>
}

/** What else a start may be told. */
export interface SuperviseOptions {
  /** Gives up the start; a child that is ready already is not stopped by it. */
  readonly signal?: AbortSignal
  /** Called at each start with the new process. */
  readonly onSpawn?: (pid: number) => void
}

const readyTimeoutMs = 120_000
const stopTimeoutMs = 10_000
/** A child that stayed ready so long has recovered: its next end is a first one. */
const steadyMs = 30_000

/** How long to wait before the next start, in ms, after so many failures in a row. */
export const backoffMs = (failures: number): number => Math.min(100 * 2 ** failures, 5000)

/** Resolves when it can be used; throws with its last words when it ended, or never got there. */
const becomeReady = async (
  specification: ChildSpecification,
  life: Life,
  signal: AbortSignal,
): Promise<void> => {
  const deadlineMs = performance.now() + (specification.readyWithinMs ?? readyTimeoutMs)
  let pauseMs = 50
  while (life.end === undefined && performance.now() < deadlineMs) {
    const answered = await specification.ready().then(
      () => true,
      () => false,
    )
    signal.throwIfAborted()
    if (answered && life.end === undefined) return
    await Promise.race([life.over, sleep(pauseMs)])
    pauseMs = Math.min(pauseMs * 1.2, 250)
  }
  const how = life.end === undefined ? 'is not ready' : `ended (${life.end})`
  throw new Error(`${specification.name} ${how}:\n${await life.lastWords()}`)
}

class Keeper implements Supervised {
  readonly name: string
  readonly #specification: ChildSpecification
  readonly #tell: Tell
  readonly #options: SuperviseOptions
  readonly #stopped = new AbortController()
  readonly #changes = new EventEmitter().setMaxListeners(0)
  #life: Life
  #isReady = false
  #restarts = 0
  #readySinceMs = 0
  #kept: Promise<void> = Promise.resolve()

  constructor(specification: ChildSpecification, tell: Tell, options: SuperviseOptions) {
    this.name = specification.name
    this.#specification = specification
    this.#tell = tell
    this.#options = options
    this.#life = this.#spawn()
  }

  readonly pid = (): number | undefined => this.#life.pid

  readonly restarts = (): number => this.#restarts

  readonly whenReady = async (leastRestarts = 0): Promise<void> => {
    while (!this.#isReady || this.#restarts < leastRestarts) {
      if (this.#stopped.signal.aborted) throw new Error(`${this.name} was stopped`)
      await once(this.#changes, 'change')
    }
  }

  readonly stop = async (withinMs = stopTimeoutMs): Promise<void> => {
    this.#stopped.abort()
    await this.#life.stop(withinMs)
    await this.#kept
    this.#setReady(false)
  }

  /** The first start: a failure is the caller's. */
  async start(): Promise<void> {
    const { signal } = this.#options
    const stopped = this.#stopped.signal
    const given = signal === undefined ? stopped : AbortSignal.any([signal, stopped])
    try {
      given.throwIfAborted()
      await becomeReady(this.#specification, this.#life, given)
    } catch (error) {
      await this.#life.stop(stopTimeoutMs)
      throw error
    }
    this.#setReady(true)
    this.#kept = this.#keep()
  }

  #spawn(): Life {
    const life = new Life(this.#specification)
    if (life.pid !== undefined) this.#options.onSpawn?.(life.pid)
    return life
  }

  #setReady(isReady: boolean): void {
    this.#isReady = isReady
    if (isReady) this.#readySinceMs = performance.now()
    this.#changes.emit('change')
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stopped
    for (let failures = 0; ; failures += 1) {
      const end = await this.#life.over
      if (signal.aborted) return
      if (this.#isReady && performance.now() - this.#readySinceMs > steadyMs) failures = 0
      this.#setReady(false)
      this.#tell(`${this.name} ended (${end}); starting it again`)
      await sleep(backoffMs(failures), undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      this.#restarts += 1
      this.#life = this.#spawn()
      await this.#revive(signal)
    }
  }

  async #revive(signal: AbortSignal): Promise<void> {
    try {
      await becomeReady(this.#specification, this.#life, signal)
    } catch (error) {
      if (!signal.aborted) this.#tell(error instanceof Error ? error.message : String(error))
      await this.#life.stop(stopTimeoutMs)
      return
    }
    this.#setReady(true)
    this.#tell(`${this.name} is back`)
  }
}

/**
 * Starts a child, resolves when it is ready, and from then on starts it again whenever it ends by itself, after a pause of 100 ms
 * that doubles up to 5 s while it keeps failing. Whatever becomes of us, SIGKILL included, the child and all that it started end.
 * @throws Error with the child's last words when it ends before it is ready or takes too long; nothing of it is left then
 */
export const supervise = async (
  specification: ChildSpecification,
  tell: Tell = () => {},
  options: SuperviseOptions = {},
): Promise<Supervised> => {
  const keeper = new Keeper(specification, tell, options)
  await keeper.start()
  return keeper
}
