import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { identify, isIdentity, isRunning, type ProcessIdentity } from './process-identity.ts'

const readHolder = (file: string): ProcessIdentity | undefined => {
  try {
    const holder: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isIdentity(holder) ? holder : undefined
  } catch {
    return undefined
  }
}

const inUse = (file: string, pid: number): Error =>
  new Error(`${dirname(file)} is in use by process ${pid}: stop that one or give another folder`)

const linked = (mine: string, file: string): boolean => {
  try {
    linkSync(mine, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const holds = (holder: ProcessIdentity | undefined): holder is ProcessIdentity =>
  holder !== undefined && isRunning(holder)

/** Takes a dead holder's file away; gives it back if somebody living took it in between. */
const clear = (file: string): void => {
  const aside = `${file}.${process.pid}.old`
  try {
    renameSync(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (holds(readHolder(aside))) linked(aside, file)
  rmSync(aside, { force: true })
}

/**
 * Takes a folder's lock file, also from a holder that was killed, and makes the folder. Returns the release.
 * @throws Error that names the holder, when it runs
 */
export const takeLock = (path: string): (() => void) => {
  const file = resolve(path)
  mkdirSync(dirname(file), { recursive: true })
  const mine = `${file}.${process.pid}.new`
  writeFileSync(mine, JSON.stringify(identify(process.pid)))
  try {
    while (!linked(mine, file)) {
      const holder = readHolder(file)
      if (holds(holder)) throw inUse(file, holder.pid)
      clear(file)
    }
  } finally {
    rmSync(mine, { force: true })
  }
  let isHeld = true
  return () => {
    if (isHeld) rmSync(file, { force: true })
    isHeld = false
  }
}
