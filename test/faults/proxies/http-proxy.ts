import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  request as requestTo,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What becomes of one exchange. */
export type Treatment =
  | { readonly kind: 'pass' }
  /** The server does what it is asked, and its answer is thrown away. */
  | { readonly kind: 'lose answer' }
  /** The server gets the beginning of the body and then nobody. */
  | { readonly kind: 'cut request' }
  /** The proxy answers by itself; whether the server is asked as well is said in `carriedOut`. */
  | {
      readonly kind: 'answer'
      readonly carriedOut: boolean
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }

/** What the proxy asks of whoever watches it. */
export interface HttpWatch {
  treat(url: URL): Treatment
  sent(url: URL): void
  answered(url: URL): void
}

/** A proxy in front of one HTTP server. */
export interface HttpProxy extends AsyncDisposable {
  readonly url: string
  /** From now on every connection is cut, until `open`. */
  refuse(): void
  open(): void
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

const ask = async (
  target: URL,
  { method, headers }: IncomingMessage,
  body: Buffer,
  bytes: number,
  sent: () => void,
): Promise<Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const { 'transfer-encoding': _, ...kept } = headers
  const options = { method, headers: { ...kept, host: target.host, 'content-length': body.length } }
  const outgoing = requestTo(target, options, (incoming) => {
    const { statusCode: status = 502, headers: own } = incoming
    buffer(incoming).then((read) => resolve({ status, headers: own, body: read }), reject)
  })
  outgoing.on('error', reject)
  if (bytes < body.length) {
    outgoing.write(body.subarray(0, bytes), () => outgoing.destroy(new Error('cut')))
  } else outgoing.end(body, sent)
  return promise
}

const pass = (response: ServerResponse, { status, headers, body }: Answer): void => {
  const { 'transfer-encoding': _, connection: __, ...kept } = headers
  response.writeHead(status, { ...kept, 'content-length': body.length }).end(body)
}

const exchange = async (
  request: IncomingMessage,
  response: ServerResponse,
  serverUrl: string,
  watch: HttpWatch,
): Promise<void> => {
  const target = new URL(request.url ?? '/', serverUrl)
  const body = await buffer(request)
  const treatment = watch.treat(target)
  const own = treatment.kind === 'answer' ? treatment : undefined
  if (own?.carriedOut === false)
    return void response.writeHead(own.status, own.headers).end(own.body)
  const bytes = treatment.kind === 'cut request' ? body.length >> 1 : body.length
  const answer = await ask(target, request, body, bytes, () => watch.sent(target))
  watch.answered(target)
  if (treatment.kind === 'lose answer') return void request.socket.destroy()
  if (own === undefined) pass(response, answer)
  else response.writeHead(own.status, own.headers).end(own.body)
}

/** Listens at a free port of loopback in front of `serverUrl`. */
export const openHttpProxy = async (serverUrl: string, watch: HttpWatch): Promise<HttpProxy> => {
  let refusing = false
  const server: Server = createServer((request, response) => {
    exchange(request, response, serverUrl, watch).catch(() => request.socket.destroy())
  })
  server.on('connection', (socket) => {
    if (refusing) socket.resetAndDestroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refuse: () => {
      refusing = true
      server.closeAllConnections()
    },
    open: () => {
      refusing = false
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
