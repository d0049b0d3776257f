import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const startedAt = (pid: number): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19]
  } catch {
    return undefined
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

interface Holder {
  readonly pid: number
  /** Tells a process from a later one with the same id; absent where the system has no /proc. */
  readonly started?: string
}

const readHolder = (file: string): Holder | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** Takes a folder's lock file, also from a holder that was killed. Throws when its holder lives. Returns the release. */
export const takeLock = (file: string): (() => void) => {
  mkdirSync(dirname(file), { recursive: true })
  const holder = readHolder(file)
  const alive = holder !== undefined && isAlive(holder.pid)
  if (alive && holder.pid !== process.pid && holder.started === startedAt(holder.pid))
    throw new Error(
      `${dirname(file)} is in use by process ${holder.pid}: stop that one or give another folder`,
    )
  writeFileSync(file, JSON.stringify({ pid: process.pid, started: startedAt(process.pid) }))
  return () => rmSync(file, { force: true })
}
