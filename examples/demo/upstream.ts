import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { digest } from '#kit'
import { requestFor, responseFor } from './calls.ts'
import type { Mail } from './mails.ts'

/** A running stand-in for the production model. */
export interface Upstream {
  readonly url: string
  readonly calls: () => number
  readonly close: () => Promise<void>
}

const contentOf = (body: unknown): string =>
  JSON.stringify((body as { messages?: unknown } | null)?.messages ?? null)

/** Listens on a free port of the loopback address. */
export const listen = async (
  server: Server,
): Promise<{ port: number; close: () => Promise<void> }> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { port, close }
}

/** Simulated: answers each mail with the label that a person gave it in the corpus, after `delayMs`. */
export const simulatedUpstream = async (
  mails: readonly Mail[],
  delayMs: number,
): Promise<Upstream> => {
  const byContent = new Map(
    mails.map((mail) => [digest(JSON.stringify(requestFor(mail).messages)), mail]),
  )
  let calls = 0
  const server = createServer(async (request, response) => {
    calls += 1
    const body = await json(request).catch(() => null)
    const mail = byContent.get(digest(contentOf(body)))
    const status = mail === undefined ? 404 : 200
    const answer =
      mail === undefined
        ? {
            error: {
              message: 'this stand-in knows only the mails of the corpus',
              type: 'not_found',
            },
          }
        : responseFor(mail, Date.now())
    setTimeout(() => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer))
    }, delayMs)
  })
  const { port, close } = await listen(server)
  return { url: `http://127.0.0.1:${port}`, calls: () => calls, close }
}
