import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process and when it started: ids are used again, this pair is not. */
export interface ProcessIdentity {
  readonly pid: number
  readonly started: string
}

const linuxStart = (pid: number): string | undefined => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name stands in parentheses and may hold anything; see proc(5): state is field 3, starttime is field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${boot}:${fields[19]}`
}

const startOf = (pid: number): string | undefined => {
  try {
    if (process.platform === 'linux') return linuxStart(pid)
    const answer = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
    return answer.trim() || undefined
  } catch {
    return undefined
  }
}

/** Who has this process id now; undefined when nobody has, or only a dead one that nobody buried. */
export const identify = (pid: number): ProcessIdentity | undefined => {
  const started = startOf(pid)
  return started === undefined ? undefined : { pid, started }
}

/** Whether this very process still runs. */
export const isRunning = ({ pid, started }: ProcessIdentity): boolean =>
  identify(pid)?.started === started

/** What a group that is gone answers; macOS says EPERM while its dead are not buried yet. */
const isGone = (code: string | undefined): boolean => code === 'ESRCH' || code === 'EPERM'

/** Signals a process and all that belong to its group; one that is gone already is what was wanted. */
export const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (!isGone((error as NodeJS.ErrnoException).code)) throw error
  }
}

/** Narrows what was read from a file. */
export const isIdentity = (value: unknown): value is ProcessIdentity =>
  typeof value === 'object' &&
  value !== null &&
  'pid' in value &&
  Number.isInteger(value.pid) &&
  'started' in value &&
  typeof value.started === 'string'
