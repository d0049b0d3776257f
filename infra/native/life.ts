import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { signalGroup } from './process-identity.ts'
import { guard } from './watchdog.ts'

/** A program to keep running. */
export interface ChildSpecification {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Added to ours. */
  readonly environment: Readonly<Record<string, string>>
  /** Its output, both streams; an earlier file of more than 16 MB is kept beside it as `.old`. */
  readonly logFile: string
  /** Asked again and again; resolves when the program can be used. */
  readonly ready: () => Promise<void>
  /** How long it may take to get ready; 120,000 unless set. */
  readonly readyWithinMs?: number
}

const logBytesMax = 16 * 1024 * 1024
const tailBytesMax = 8192
const tailLines = 15

/** Opens the log; its length then is where this life begins. */
const openLog = (file: string): { readonly descriptor: number; readonly from: number } => {
  mkdirSync(dirname(file), { recursive: true })
  const info = statSync(file, { throwIfNoEntry: false })
  const isLarge = info?.isFile() === true && info.size > logBytesMax
  if (isLarge) renameSync(file, `${file}.old`)
  return { descriptor: openSync(file, 'a'), from: isLarge ? 0 : (info?.size ?? 0) }
}

/** One life of a child, from start to end; a process group of its own. */
export class Life {
  /** Resolves with how it ended, when nothing of its group is left. */
  readonly over: Promise<string>
  /** How it ended, once it has. */
  end: string | undefined
  readonly #child: ChildProcess
  readonly #logFile: string
  readonly #logFrom: number

  constructor({ name, command, args, environment, logFile }: ChildSpecification) {
    const log = openLog(logFile)
    this.#logFile = logFile
    this.#logFrom = log.from
    // The program starts at a word from us, so that it is guarded before it is there; without us it never starts.
    this.#child = spawn('sh', ['-c', 'read -r go && exec "$@"', name, command, ...args], {
      env: { ...process.env, ...environment, FLYWHEEL_PARENT_PIPE: '1' },
      stdio: ['pipe', log.descriptor, log.descriptor],
      detached: true,
    })
    closeSync(log.descriptor)
    this.#child.stdin?.on('error', () => {})
    const { pid } = this.#child
    const release = pid === undefined ? () => {} : guard(pid)
    this.over = new Promise((resolve) => {
      const bury = (end: string): void => {
        if (pid !== undefined) signalGroup(pid, 'SIGKILL')
        release()
        this.end = end
        resolve(end)
      }
      this.#child.once('error', (error) => bury(error.message))
      this.#child.once('exit', (code, signal) => bury(signal ?? `exit code ${code}`))
    })
    this.#child.stdin?.write('\n')
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Ends the whole group: SIGTERM now, SIGKILL when the time is over. */
  async stop(withinMs: number): Promise<void> {
    const { pid } = this.#child
    if (pid === undefined || this.end !== undefined) return
    signalGroup(pid, 'SIGTERM')
    const late = setTimeout(() => signalGroup(pid, 'SIGKILL'), withinMs)
    await this.over
    clearTimeout(late)
  }

  /** The last lines that this life wrote. */
  async lastWords(): Promise<string> {
    const file = await open(this.#logFile, 'r').catch(() => undefined)
    if (file === undefined) return ''
    try {
      const { size } = await file.stat()
      const from = Math.max(this.#logFrom, size - tailBytesMax)
      const { buffer, bytesRead } = await file.read({
        buffer: Buffer.alloc(tailBytesMax),
        position: from,
      })
      return buffer.toString('utf8', 0, bytesRead).trim().split('\n').slice(-tailLines).join('\n')
    } finally {
      await file.close()
    }
  }
}
