import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A program to keep running. */
export interface ChildSpecification {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Added to ours. */
  readonly environment: Readonly<Record<string, string>>
  /** Its output, both streams. */
  readonly logFile: string
  /** Asked again and again; resolves when the program can be used. */
  readonly ready: () => Promise<void>
}

/** Something that a person should know. */
export type Tell = (line: string) => void

/** A child that is started again when it ends by itself. */
export interface Supervised {
  readonly name: string
  readonly pid: () => number | undefined
  readonly restarts: () => number
  /** Resolves when it is ready (again). */
  readonly whenReady: () => Promise<void>
  /** Ends it and everything that it started; SIGKILL after 10 s. */
  readonly stop: () => Promise<void>
}

const readyTimeoutMs = 60_000
const stopTimeoutMs = 10_000
const backoffMs = (restarts: number): number => Math.min(100 * 2 ** restarts, 5000)

/**
 * Ends a process group when we die, even by SIGKILL: the pipe to this shell closes then. A child in Node could watch its
 * own pipe, a JVM can't.
 */
const watchdog = (pid: number): ChildProcess => {
  const script =
    'cat > /dev/null; kill -TERM -"$0" 2> /dev/null; sleep 3; kill -KILL -"$0" 2> /dev/null'
  const dog = spawn('sh', ['-c', script, String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  dog.stdin?.on('error', () => {})
  dog.unref()
  return dog
}

const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal)
  } catch {
    // It is gone already, which is what was wanted.
  }
}

/** One life of a child, from spawn to exit. */
class Life {
  readonly child: ChildProcess
  readonly over: Promise<void>
  readonly #dog: ChildProcess | undefined

  constructor({ command, args, environment, logFile }: ChildSpecification) {
    mkdirSync(dirname(logFile), { recursive: true })
    const log = createWriteStream(logFile, { flags: 'a' })
    this.child = spawn(command, args, {
      env: { ...process.env, ...environment, FLYWHEEL_PARENT_PIPE: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    this.child.stdin?.on('error', () => {})
    this.child.stdout?.pipe(log, { end: false })
    this.child.stderr?.pipe(log, { end: false })
    this.child.on('error', (error) => log.write(`${String(error)}\n`))
    this.over = once(this.child, 'close').then(
      () => this.#bury(log),
      () => this.#bury(log),
    )
    this.#dog = this.child.pid === undefined ? undefined : watchdog(this.child.pid)
  }

  #bury(log: NodeJS.WritableStream): void {
    if (this.#dog?.pid !== undefined) signalGroup(this.#dog.pid, 'SIGKILL')
    if (this.child.pid !== undefined) signalGroup(this.child.pid, 'SIGKILL')
    log.end()
  }

  async stop(): Promise<void> {
    const { pid } = this.child
    if (pid === undefined || this.child.exitCode !== null) return
    signalGroup(pid, 'SIGTERM')
    const late = setTimeout(() => signalGroup(pid, 'SIGKILL'), stopTimeoutMs)
    await this.over
    clearTimeout(late)
  }
}

const becomeReady = async (specification: ChildSpecification, life: Life): Promise<void> => {
  const deadlineMs = Date.now() + readyTimeoutMs
  let ended = false
  void life.over.then(() => {
    ended = true
  })
  while (!ended && Date.now() < deadlineMs) {
    const ready = await specification.ready().then(
      () => true,
      () => false,
    )
    if (ready && !ended) return
    await sleep(50)
  }
  const log = await readFile(specification.logFile, 'utf8').catch(() => '')
  const tail = log.split('\n').slice(-15).join('\n')
  throw new Error(`${specification.name} ${ended ? 'ended' : 'is not ready'}:\n${tail}`)
}

/** Starts a child, resolves when it is ready, and starts it again whenever it ends by itself. Rejects when it never gets ready. */
export const supervise = async (
  specification: ChildSpecification,
  tell: Tell = () => {},
): Promise<Supervised> => {
  let stopping = false
  let restarts = 0
  let life = new Life(specification)
  let ready = becomeReady(specification, life)

  const keep = async (): Promise<void> => {
    while (!stopping) {
      await life.over
      if (stopping) return
      tell(`${specification.name} ended; starting it again`)
      await sleep(backoffMs(restarts))
      restarts += 1
      if (stopping) return
      life = new Life(specification)
      ready = becomeReady(specification, life)
      ready.catch((error: unknown) => tell(String(error)))
    }
  }
  try {
    await ready
  } catch (error) {
    await life.stop()
    throw error
  }
  void keep()
  return {
    name: specification.name,
    pid: () => life.child.pid,
    restarts: () => restarts,
    whenReady: () => ready,
    stop: async () => {
      stopping = true
      await life.stop()
    },
  }
}
