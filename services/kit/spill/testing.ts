import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { fileLayer } from '../adapters/files/index.ts'
import type { RawMessage } from '../broker.ts'
import type { FileLayer } from './file-layer.ts'

/** A folder that goes with the test. */
export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'flywheel-spill-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A record that is told by its key. */
export const keyed = (key: string): RawMessage => ({
  topic: 't',
  key,
  value: Buffer.from(`value of ${key}`),
  headers: {},
})

export const keysOf = (messages: readonly RawMessage[]): string[] =>
  messages.map(({ key }) => String(key))

/** Files on a disk that a test can fill: an append then writes half of its bytes and fails. */
export const fillableDisk = () => {
  const disk = { full: false, stuckTruncate: false }
  const full = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  const files: FileLayer = {
    ...fileLayer,
    append: async (path, bytes) => {
      if (!disk.full) return fileLayer.append(path, bytes)
      await fileLayer.append(path, bytes.subarray(0, bytes.length / 2))
      throw full()
    },
    truncate: async (path, size) => {
      if (disk.stuckTruncate) throw full()
      await fileLayer.truncate(path, size)
    },
  }
  return { disk, files }
}
