import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { finished, type Transform, type Writable } from 'node:stream'
import {
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  createZstdCompress,
} from 'node:zlib'
import type { EngineResult } from './engine.ts'
import { httpStatusOf, raise, type ServerException } from './exception.ts'
import { contentTypeOf } from './formats.ts'

/** What every response says of the server. */
export interface Identity {
  readonly version: string
  readonly timezone: string
  readonly displayName: string
}

/** What the first bytes of a successful response say. */
export interface Opening {
  readonly format: string | undefined
  readonly summary: string | undefined
  readonly mayCompress: boolean
}

const LEVEL = 3
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: LEVEL } }
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } }

/** In the order in which ClickHouse prefers them. */
const ENCODERS: readonly (readonly [string, () => Transform])[] = [
  ['br', () => createBrotliCompress(BROTLI)],
  ['gzip', () => createGzip({ level: LEVEL })],
  ['deflate', () => createDeflate({ level: LEVEL })],
  ['zstd', () => createZstdCompress(ZSTD)],
]

/** The `X-ClickHouse-Summary` of a statement that has ended; `writtenRows` where it is known. */
export const summaryOf = (result: EngineResult, isInsert: boolean): string =>
  JSON.stringify({
    read_rows: String(result.rowsRead),
    read_bytes: String(result.bytesRead),
    written_rows: String(isInsert ? result.rowsRead : 0),
    written_bytes: String(isInsert ? result.bytesRead : 0),
    total_rows_to_read: '0',
    elapsed_ns: String(Math.round(result.elapsed * 1e9)),
  })

/** One response, as ClickHouse's HTTP interface gives it. */
export class Reply {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #identity: Identity
  readonly #queryId: string
  readonly #tag = randomBytes(8).toString('hex')
  readonly #gone = new AbortController()
  #sink: Writable | undefined

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    identity: Identity,
    queryId: string,
  ) {
    this.#request = request
    this.#response = response
    this.#identity = identity
    this.#queryId = queryId
    finished(response, (error) => {
      if (error != null) this.cancel()
    })
  }

  /** Aborts when the client goes away before its answer is complete, or the server must stop. */
  get gone(): AbortSignal {
    return this.#gone.signal
  }

  /** Gives the statement up. */
  cancel(): void {
    this.#gone.abort(raise('QUERY_WAS_CANCELLED', 'Query was cancelled.'))
  }

  get hasBegun(): boolean {
    return this.#sink !== undefined
  }

  #common(): Record<string, string> {
    return {
      'X-ClickHouse-Query-Id': this.#queryId,
      'X-ClickHouse-Timezone': this.#identity.timezone,
      'X-ClickHouse-Server-Display-Name': this.#identity.displayName,
    }
  }

  /** Sends status 200 and the headers. */
  begin(opening: Opening): void {
    const { format } = opening
    const headers = this.#common()
    headers['X-ClickHouse-Exception-Tag'] = this.#tag
    headers['Content-Type'] = contentTypeOf(format ?? '')
    if (format !== undefined) headers['X-ClickHouse-Format'] = format
    if (opening.summary !== undefined) headers['X-ClickHouse-Summary'] = opening.summary
    const accepted = String(this.#request.headers['accept-encoding'] ?? '')
    const encoder = opening.mayCompress
      ? ENCODERS.find(([name]) => accepts(accepted, name))
      : undefined
    if (encoder !== undefined) headers['Content-Encoding'] = encoder[0]
    this.#response.writeHead(200, headers)
    this.#sink = encoder === undefined ? this.#response : this.#through(encoder[1]())
  }

  #through(encoder: Transform): Transform {
    encoder.pipe(this.#response)
    return encoder
  }

  /** Writes bytes of the result and waits until the client has room for more. */
  async write(bytes: Uint8Array): Promise<void> {
    const sink = this.#sink
    if (sink === undefined || bytes.length === 0) return
    if (this.gone.aborted) throw this.gone.reason
    if (!sink.write(bytes)) await once(sink, 'drain', { signal: this.gone })
  }

  /** Ends the response; returns when it is with the client, or the client is gone. */
  async end(): Promise<void> {
    const ended = new Promise<void>((resolve) => finished(this.#response, () => resolve()))
    this.#sink?.end()
    await ended
  }

  /**
   * Answers with an exception: as a response of its own, or, behind rows that have been sent, as the
   * tagged block that ends the body of ClickHouse from 25.11 on.
   */
  async fail(exception: ServerException): Promise<void> {
    const text = `${exception.text} (version ${this.#identity.version})`
    if (this.#response.destroyed) return
    if (this.#sink !== undefined) {
      const size = Buffer.byteLength(text) + 1
      const mark = `\r\n__exception__\r\n`
      this.#sink.write(`${mark}${this.#tag}\r\n${text}\n${size} ${this.#tag}${mark}`)
      return this.end()
    }
    this.#response.writeHead(httpStatusOf(exception.code), {
      ...this.#common(),
      'X-ClickHouse-Exception-Code': String(exception.code),
      'Content-Type': 'text/plain; charset=UTF-8',
    })
    this.#sink = this.#response
    this.#response.write(`${text}\n`)
    return this.end()
  }
}

const accepts = (header: string, encoding: string): boolean =>
  header.split(',').some((part) => {
    const [name = '', quality = ''] = part.trim().split(';')
    return name.trim().toLowerCase() === encoding && !/^\s*q=0(?:\.0*)?\s*$/.test(quality)
  })
