import { randomUUID } from 'node:crypto'
import { mkdir, open, rm, stat, unlink } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { pipeline, type Readable, type Transform } from 'node:stream'
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib'
import { raise } from './exception.ts'

type Chunks = AsyncIterator<Buffer, undefined>

/** The first bytes of a body; `rest` gives those that follow. */
export interface Head {
  readonly bytes: Buffer
  readonly isWhole: boolean
  readonly rest: Chunks
}

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

const decoded = (request: IncomingMessage): Readable => {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return request
  const decoder = DECODERS[encoding]?.()
  if (decoder === undefined) {
    throw raise('NOT_IMPLEMENTED', `Content-Encoding '${encoding}' is not supported.`)
  }
  pipeline(request, decoder, () => undefined)
  return decoder
}

async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer, undefined> {
  try {
    for await (const chunk of decoded(request)) yield Buffer.from(chunk)
  } catch (error) {
    if (
      !(error instanceof Error) ||
      !/^(?:Z_|ERR_|ZSTD)/.test(String(Reflect.get(error, 'code')))
    ) {
      throw error
    }
    throw raise('ZLIB_INFLATE_FAILED', `Cannot read the compressed body: ${error.message}.`)
  }
  return undefined
}

/**
 * Reads a body, decompressed, until it ends or holds more than `limitBytes`.
 * @throws ServerException when it cannot be decompressed; an error when the client goes away
 */
export const readHead = async (request: IncomingMessage, limitBytes: number): Promise<Head> => {
  const rest = chunksOf(request)
  const parts: Buffer[] = []
  let size = 0
  while (size <= limitBytes) {
    const next = await rest.next()
    if (next.done === true) return { bytes: Buffer.concat(parts), isWhole: true, rest }
    parts.push(next.value)
    size += next.value.length
  }
  return { bytes: Buffer.concat(parts), isWhole: false, rest }
}

const FORM_LIMIT_BYTES = 64 * 1024 * 1024

/**
 * Reads a form (`multipart/form-data`), in which the client sends parameters too long for an
 * address, as `query` and `param_*` fields.
 * @throws ServerException for a form that cannot be read, is too large, or brings files
 */
export const readForm = async (
  request: IncomingMessage,
  type: string,
): Promise<readonly (readonly [string, string])[]> => {
  const head = await readHead(request, FORM_LIMIT_BYTES)
  if (!head.isWhole) throw raise('BAD_ARGUMENTS', `The form is over ${FORM_LIMIT_BYTES} bytes.`)
  const form = await formOf(head.bytes, type)
  return [...form].map(([name, value]) => {
    if (typeof value === 'string') return [name, value] as const
    throw raise('NOT_IMPLEMENTED', `External table '${name}' is not supported: insert it first.`)
  })
}

const formOf = async (bytes: Buffer, type: string): Promise<FormData> => {
  try {
    const body = new Uint8Array(bytes)
    return await new Response(body, { headers: { 'content-type': type } }).formData()
  } catch {
    throw raise('BAD_ARGUMENTS', 'The form cannot be read.')
  }
}

/** Empties the folder of bodies: what lies there belongs to statements that never ran. */
export const emptySpool = async (folder: string): Promise<void> => {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
}

/** A body in a file. */
export interface SpooledRows {
  readonly path: string
  remove(): Promise<void>
}

/**
 * Writes rows to a file of their own. A body is never part of a statement's text: the engine takes
 * a blank line for the end of inline rows, and runs the rest as SQL.
 * @throws an error when the client goes away, the disk is full, or the file comes out short
 */
export const spoolRows = async (
  folder: string,
  first: Buffer,
  rest: Chunks,
): Promise<SpooledRows> => {
  const path = join(folder, randomUUID())
  const remove = (): Promise<void> => unlink(path).catch(() => undefined)
  try {
    const sizeBytes = await write(path, first, rest)
    if ((await stat(path)).size === sizeBytes) return { path, remove }
    throw raise('CANNOT_READ_ALL_DATA', 'The body was not written whole; nothing was inserted.')
  } catch (error) {
    await remove()
    throw error
  }
}

const write = async (path: string, first: Buffer, rest: Chunks): Promise<number> => {
  const file = await open(path, 'wx', 0o600)
  let sizeBytes = 0
  try {
    for (let chunk: Buffer | undefined = first; chunk !== undefined; ) {
      await file.writeFile(chunk)
      sizeBytes += chunk.length
      const next: IteratorResult<Buffer, undefined> = await rest.next()
      chunk = next.value
    }
  } finally {
    await file.close()
  }
  return sizeBytes
}
