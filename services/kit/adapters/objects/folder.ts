import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { ObjectConflict, ObjectMissing, Transient } from '../../errors.ts'
import type { ObjectStore } from '../../outside.ts'
import { pathParts } from './paths.ts'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes(codeOf(error))

const writeWhole = async (file: string, body: Uint8Array): Promise<void> => {
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(body)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

const readOrMissing = async (file: string, path: string): Promise<Buffer> => {
  try {
    return await readFile(file)
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw new ObjectMissing(`no object ${path}`)
    throw new Transient(`object store: ${codeOf(error)}`)
  }
}

/** Puts whole bytes in place at once; false when something stands there already. */
const placeOnce = async (file: string, body: Uint8Array): Promise<boolean> => {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true })
  const temporary = join(folder, `.${randomUUID()}.tmp`)
  try {
    await writeWhole(temporary, body)
    // A link fails where a rename would replace.
    await link(temporary, file)
    await syncFolder(folder)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw new Transient(`object store: ${codeOf(error)}`)
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}

/** A folder as an object store; an object appears whole or not at all, also after a crash. */
export const folderStore = (root: string): ObjectStore => {
  const fileOf = (path: string): string => join(root, ...pathParts(path))
  const get = async (path: string): Promise<Buffer> => readOrMissing(fileOf(path), path)
  return {
    get,
    put: async (path, body) => {
      const bytes = Buffer.from(body)
      if (await placeOnce(fileOf(path), bytes)) return
      if (!bytes.equals(await get(path)))
        throw new ObjectConflict(`${path} stands already with other bytes`)
    },
    exists: async (path) =>
      stat(fileOf(path)).then(
        (found) => found.isFile(),
        () => false,
      ),
    remove: async (path) => {
      const file = fileOf(path)
      try {
        await unlink(file)
        await syncFolder(dirname(file))
      } catch (error) {
        if (!isCode(error, 'ENOENT', 'ENOTDIR'))
          throw new Transient(`object store: ${codeOf(error)}`)
      }
    },
    list: async (prefix) => {
      const found = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
      return found
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
        .filter((path) => path.startsWith(prefix))
        .sort()
    },
  }
}
