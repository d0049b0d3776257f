import { readFileSync, statSync } from 'node:fs'
import type { KeyFile } from '../../access/key-ring.ts'

const othersMayRead = 0o007
const groupMayWrite = 0o020

/** A file of keys on this machine. */
export const keyFile: KeyFile = {
  version: (path) => {
    const { mtimeMs, size, ino } = statSync(path)
    return `${mtimeMs} ${size} ${ino}`
  },
  read: (path) => {
    if ((statSync(path).mode & (othersMayRead | groupMayWrite)) !== 0)
      throw new Error('others than its owner may use it; its mode must be 0600')
    return readFileSync(path, 'utf8')
  },
}
