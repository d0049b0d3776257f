import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { errorReply } from '../../runtime/http/answer.ts'
import { Refusal } from '../../runtime/http/refusal.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Any content type is taken and nothing is parsed. */
    rawBody?: boolean
  }
}

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

// What is left of a refused body is not worth reading.
const close = { connection: 'close' }

const refusal = (status: number, type: string, said: string): Refusal =>
  new Refusal(errorReply(status, type, said, close))

const tooLarge = (bytesMax: number): Refusal =>
  refusal(413, 'request_too_large', `The body is larger than ${bytesMax} bytes.`)

const unsupported = (said: string): Refusal => refusal(415, 'unsupported_media_type', said)

const decoded = (request: FastifyRequest, payload: Readable): Readable => {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return payload
  const decoder = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined
  if (decoder === undefined)
    throw unsupported('Content-Encoding is none of gzip, deflate, br and identity.')
  const stream = decoder()
  payload.on('error', (error) => stream.destroy(error))
  return payload.pipe(stream)
}

const collect = async (
  stream: Readable,
  bytesMax: number,
  take: (bytes: number) => void,
): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (size > bytesMax) throw tooLarge(bytesMax)
    take(size)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Reads a body whole, its content encoding undone; neither as sent nor undone may it be larger than the limit. */
const readBody = async (
  request: FastifyRequest,
  payload: Readable,
  bytesMax: number,
  hold: (bytes: number) => void,
): Promise<Buffer> => {
  let taken = 0
  const take = (bytes: number): void => {
    if (bytes > taken) hold(bytes - taken)
    taken = Math.max(taken, bytes)
  }
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > bytesMax) throw tooLarge(bytesMax)
  take(announced)
  try {
    return await collect(decoded(request, payload), bytesMax, take)
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw refusal(400, 'invalid_request_error', 'The body broke off or does not fit its encoding.')
  }
}

const isJson = (contentType: string): boolean =>
  contentType === '' || /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType)

/** A body as it came and, where it is JSON, what it says. */
export interface Body {
  readonly bytes: Buffer
  readonly json: unknown
}

/** Takes bodies of every kind, and tells `hold` of their bytes as they come; what is no JSON only where the route says so (`rawBody`), else 415. */
export const takeBodies = (
  app: FastifyInstance,
  hold: (request: FastifyRequest, bytes: number) => void,
): void => {
  const parse = app.getDefaultJsonParser('error', 'error')
  const jsonOf = (request: FastifyRequest, bytes: Buffer): Promise<unknown> =>
    new Promise((resolve, reject) => {
      void parse(request, bytes.toString(), (error, json) =>
        error === null ? resolve(json) : reject(error),
      )
    })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: Readable) => {
    const { bodyLimit, config } = request.routeOptions
    const { rawBody = false } = config
    const contentType = request.headers['content-type'] ?? ''
    if (!rawBody && !isJson(contentType)) throw unsupported('The body is no JSON.')
    const bytes = await readBody(request, payload, bodyLimit ?? 0, (more) => hold(request, more))
    const json = rawBody || bytes.length === 0 ? undefined : await jsonOf(request, bytes)
    return { bytes, json } satisfies Body
  })
}
