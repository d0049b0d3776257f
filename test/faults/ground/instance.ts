import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Life } from '../../../infra/native/life.ts'
import { signalGroup } from '../../../infra/native/process-identity.ts'

/** One service process to be. */
export interface InstanceOptions {
  readonly service: 'log-sink' | 'curator' | 'drift-detector' | 'gateway'
  /** Tells instances of a service apart in the logs' names. */
  readonly number: number
  readonly port: number
  readonly environment: Readonly<Record<string, string>>
  readonly dataDir: string
}

const readyWithinMs = 90_000
const restartPauseMs = 200

/**
 * One instance of a service, as a process of its own. As under any supervisor, one that ends by itself is started again;
 * one that a fault has killed waits for `start`.
 */
export class Instance {
  readonly name: string
  readonly url: string
  readonly logFile: string
  /** How often it ended by itself. */
  ownEnds = 0
  readonly #options: InstanceOptions
  #life: Life | undefined
  #wanted = false

  constructor(options: InstanceOptions) {
    const { service, number, port, dataDir } = options
    this.name = `${service} ${number}`
    this.url = `http://127.0.0.1:${port}`
    this.logFile = join(dataDir, 'logs', `${service}-${number}.log`)
    this.#options = options
  }

  get runs(): boolean {
    return this.#wanted
  }

  /** Starts it unless it runs; does not wait. */
  start(): void {
    if (this.#wanted) return
    this.#wanted = true
    void this.#keep()
  }

  /** Resolves when it is ready. Throws after 90 s with what it says. */
  async whenReady(): Promise<void> {
    const deadlineMs = performance.now() + readyWithinMs
    for (;;) {
      const said = await this.#notReady()
      if (said === undefined) return
      if (performance.now() > deadlineMs)
        throw new Error(`${this.name} does not get ready: ${said}`)
      await sleep(50)
    }
  }

  /** SIGKILL, now. */
  kill(): void {
    this.#wanted = false
    this.#signal('SIGKILL')
  }

  freeze(): void {
    this.#signal('SIGSTOP')
  }

  thaw(): void {
    this.#signal('SIGCONT')
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    this.#wanted = false
    this.thaw()
    await this.#life?.stop(12_000)
  }

  async #keep(): Promise<void> {
    const { service, port, environment, dataDir } = this.#options
    while (this.#wanted) {
      const life = new Life({
        name: this.name,
        command: process.execPath,
        args: [fileURLToPath(new URL(`../../../services/${service}/main.ts`, import.meta.url))],
        environment: {
          ...environment,
          HTTP_PORT: String(port),
          NODE_COMPILE_CACHE: join(dataDir, 'compile-cache'),
        },
        logFile: this.logFile,
        ready: async () => {},
      })
      this.#life = life
      await life.over
      if (!this.#wanted || this.#life !== life) return
      this.ownEnds += 1
      await sleep(restartPauseMs)
    }
  }

  async #notReady(): Promise<string | undefined> {
    try {
      const answer = await fetch(`${this.url}/ready`, { signal: AbortSignal.timeout(2000) })
      const said = await answer.text()
      return answer.ok ? undefined : said
    } catch {
      return 'it does not answer'
    }
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#life?.pid
    if (pid !== undefined && this.#life?.end === undefined) signalGroup(pid, signal)
  }
}
