import { fileURLToPath } from 'node:url'
import { StartFault } from '../../errors.ts'
import type { ObjectStore } from '../../outside.ts'
import { folderStore } from './folder.ts'
import { s3Store } from './s3.ts'

const s3Address = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,62})(?:\/(.*))?$/

/** The store at a folder path, `file:///folder` or `s3://bucket/prefix`. Throws `StartFault` for another address. */
export const objectStore = (uri: string): ObjectStore => {
  if (uri.startsWith('file://')) return folderStore(fileURLToPath(uri))
  if (!uri.includes('://')) return folderStore(uri)
  const [, bucket, prefix = ''] = s3Address.exec(uri) ?? []
  if (bucket === undefined) throw new StartFault(`OBJECTS_URI: "${uri}" is no folder, file: or s3:`)
  return s3Store(bucket, prefix.replace(/\/+$/, ''))
}
