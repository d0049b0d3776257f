import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { type ApiKey, readApiKeys } from '#kit'
import { WrongArgument } from '../arguments.ts'

/** The keys in a file; none where there is no file. Throws `WrongArgument` where it holds something else. */
export const keysIn = (path: string): ReadonlyMap<string, ApiKey> => {
  if (!existsSync(path)) return new Map()
  const read = readApiKeys(readFileSync(path, 'utf8'))
  if ('fault' in read) throw new WrongArgument(`${path}: ${read.fault}.`)
  return read.keys
}

/** Adds a line to the file, which is its owner's alone; of lines with one id the last one counts. */
export const addToFile = (path: string, entry: ApiKey): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = openSync(path, 'a', 0o600)
  try {
    writeSync(file, `${JSON.stringify(entry)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
