import type { Agent, Dispatcher } from 'undici'
import { AddressRefused, Transient } from '../../errors.ts'
import type { HttpClient, HttpOptions, HttpResponse } from '../../outside.ts'

const defaultTimeoutMs = 30_000
const connectTimeoutMs = 5000
const responseBytesMax = 64_000_000

interface Agents {
  readonly undici: typeof import('undici')
  readonly open: Agent
  readonly guarded: Agent
}

const load = async (): Promise<Agents> => {
  const undici = await import('undici')
  const { guardedConnector } = await import('./guard.ts')
  const { Agent } = undici
  const limits = { maxResponseSize: responseBytesMax, headersTimeout: 0, bodyTimeout: 0 }
  return {
    undici,
    open: new Agent({ ...limits, connect: { timeout: connectTimeoutMs } }),
    guarded: new Agent({ ...limits, connect: guardedConnector(connectTimeoutMs) }),
  }
}

const isRefused = (error: unknown): error is AddressRefused => error instanceof AddressRefused

const failure = (error: unknown): Error => {
  if (isRefused(error)) return error
  const because = error instanceof Error ? error.message || error.name : 'no answer'
  return new Transient(`HTTP: ${because}`)
}

const asTransient = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    throw failure(error)
  }
}

async function* readChunks(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw failure(error)
  }
}

const plainHeaders = (headers: Readonly<Record<string, string | string[] | undefined>>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  )

const wrap = ({ statusCode, headers, body }: Dispatcher.ResponseData): HttpResponse => ({
  status: statusCode,
  headers: plainHeaders(headers),
  text: () => asTransient(() => body.text()),
  json: async () => JSON.parse(await asTransient(() => body.text())),
  chunks: readChunks(body),
})

const checkedUrl = (address: string): URL => {
  const url = URL.parse(address)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new AddressRefused('only http and https addresses are asked')
}

/** HTTP by undici, which is loaded at the first request. Redirects are not followed: their target was never checked. */
export const httpClient = (): HttpClient => {
  let loaded: Promise<Agents> | undefined
  return {
    request: async (address: string, options: HttpOptions = {}) => {
      const url = checkedUrl(address)
      loaded ??= load()
      const { undici, open, guarded } = await loaded
      const timeout = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs)
      const { method = 'GET', headers = {}, body, signal } = options
      const response = await asTransient(() =>
        undici.request(url, {
          method,
          headers,
          body: body ?? null,
          signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
          dispatcher: options.allowPrivate === true ? open : guarded,
        }),
      )
      return wrap(response)
    },
  }
}
