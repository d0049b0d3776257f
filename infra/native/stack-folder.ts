import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  identify,
  isIdentity,
  isRunning,
  type ProcessIdentity,
  signalGroup,
} from './process-identity.ts'

/** How long the parts of a killed stack may take to end by themselves; their watchdog needs 3 s at most. */
const orphanPatienceMs = 4000

const writeWhole = (file: string, value: unknown): void => {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

const read = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const end = async (orphan: ProcessIdentity): Promise<void> => {
  const deadlineMs = performance.now() + orphanPatienceMs
  while (isRunning(orphan)) {
    if (performance.now() > deadlineMs) signalGroup(orphan.pid, 'SIGKILL')
    await sleep(50)
  }
}

/** What a stack writes into its data folder about itself; each file is replaced whole. */
export class StackFolder {
  readonly #announcement: string
  readonly #processes: string
  readonly #ports: string
  readonly #running = new Map<string, ProcessIdentity>()

  constructor(folder: string) {
    this.#announcement = join(folder, 'stack.json')
    this.#processes = join(folder, 'processes.json')
    this.#ports = join(folder, 'ports.json')
  }

  /** Waits until the parts of a stack that was killed are gone, and ends those that don't go. */
  async endOrphans(): Promise<void> {
    const written = read(this.#processes)
    const orphans = isRecord(written) ? Object.values(written).filter(isIdentity) : []
    await Promise.all(orphans.map(end))
    this.forget()
  }

  /** The ports of the last run. */
  lastPorts(): Readonly<Record<string, number>> {
    const written = read(this.#ports)
    const entries = isRecord(written) ? Object.entries(written) : []
    return Object.fromEntries(
      entries.filter((entry): entry is [string, number] => Number.isInteger(entry[1])),
    )
  }

  keepPorts(ports: Readonly<Record<string, number>>): void {
    writeWhole(this.#ports, ports)
  }

  /** Notes a part's new process, so that a next stack can find it. */
  noteProcess(name: string, pid: number): void {
    const identity = identify(pid)
    if (identity === undefined) return
    this.#running.set(name, identity)
    writeWhole(this.#processes, Object.fromEntries(this.#running))
  }

  /** Writes stack.json: what others need in order to use the stack. */
  announce(addresses: object): void {
    const parts = [...this.#running].map(([name, { pid }]) => [name, pid] as const)
    const pids = Object.fromEntries([['supervisor', process.pid], ...parts])
    writeWhole(this.#announcement, { ...addresses, pids })
  }

  /** Takes stack.json away. */
  withdraw(): void {
    rmSync(this.#announcement, { force: true })
  }

  /** Nothing runs any more. */
  forget(): void {
    this.withdraw()
    rmSync(this.#processes, { force: true })
    this.#running.clear()
  }
}
