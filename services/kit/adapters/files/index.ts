import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import type { FileLayer } from '../../spill/file-layer.ts'

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

const orMissing = async <T>(work: Promise<T>, missing: T): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (isMissing(error)) return missing
    throw error
  }
}

const append = async (path: string, bytes: Uint8Array): Promise<void> => {
  const file = await open(path, 'a', 0o600)
  try {
    await file.writeFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

const replace = async (path: string, bytes: Uint8Array): Promise<void> => {
  const next = `${path}.next`
  await writeFile(next, bytes, { mode: 0o600 })
  await rename(next, path)
}

/** Files of this machine. */
export const fileLayer: FileLayer = {
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 })
  },
  names: async (path) => [...(await orMissing(readdir(path), []))].sort(),
  append,
  read: (path) => readFile(path),
  sizeBytes: async (path) => (await stat(path)).size,
  truncate,
  replace,
  remove: (path) => rm(path, { recursive: true, force: true }),
  rename,
  // A write, so that the file system gives it its own time.
  touch: (path) => writeFile(path, '', { mode: 0o600 }),
  changedAtMs: (path) =>
    orMissing<number | undefined>(
      stat(path).then((at) => at.mtimeMs),
      undefined,
    ),
}
