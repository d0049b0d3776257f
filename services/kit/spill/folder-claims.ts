import { randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import type { FileLayer } from './file-layer.ts'

const staleMs = 10_000
const aliveName = 'alive'
const leftSuffix = '.left'

/** Shows that a folder's owner lives; to be done again well within 10 s. Throws where the folder was taken over. */
export const showLife = (files: FileLayer, folder: string): Promise<void> =>
  files.touch(`${folder}/${aliveName}`)

/** Makes a folder of our own. */
export const newFolder = async (files: FileLayer, parent: string): Promise<string> => {
  const folder = `${parent}/${randomUUID()}`
  await files.makeFolder(folder)
  await showLife(files, folder)
  return folder
}

/** False once somebody took the folder over. */
export const belongsToUs = async (files: FileLayer, folder: string): Promise<boolean> =>
  (await files.changedAtMs(`${folder}/${aliveName}`)) !== undefined

/** Gives a folder away: anybody may take it over at once. */
export const leaveFolder = (files: FileLayer, folder: string): Promise<void> =>
  files.rename(folder, `${folder}${leftSuffix}`)

/** By the file system's clock alone: machines that share a folder may differ. */
const isStale = async (files: FileLayer, folder: string, own: string): Promise<boolean> => {
  await showLife(files, own)
  const nowMs = await files.changedAtMs(`${own}/${aliveName}`)
  const lifeMs =
    (await files.changedAtMs(`${folder}/${aliveName}`)) ?? (await files.changedAtMs(folder))
  return nowMs !== undefined && lifeMs !== undefined && nowMs - lifeMs > staleMs
}

/** Takes a folder over that was left, or whose owner shows no life; its new path, or undefined where it is not to be had. */
export const takeOver = async (
  files: FileLayer,
  folder: string,
  own: string,
): Promise<string | undefined> => {
  if (!folder.endsWith(leftSuffix) && !(await isStale(files, folder, own))) return undefined
  const taken = `${dirname(folder)}/${randomUUID()}`
  try {
    // In this order, so that nobody takes it for abandoned once it is ours.
    await showLife(files, folder)
    await files.rename(folder, taken)
    return taken
  } catch {
    return undefined
  }
}
