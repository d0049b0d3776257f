import { once } from 'node:events'
import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Answer } from '../../runtime/door.ts'

type Raw = FastifyReply['raw']

const written = async (raw: Raw, chunk: string | Uint8Array, hungUp: AbortSignal) => {
  if (hungUp.aborted || raw.write(chunk)) return
  // A caller that hangs up never drains.
  await once(raw, 'drain', { signal: hungUp }).catch(() => undefined)
}

/** How a route answers: whole by fastify, streamed by Node itself. */
export const routeAnswer = (_request: FastifyRequest, reply: FastifyReply): Answer => {
  const { raw } = reply
  const hangUp = new AbortController()
  let streaming = false
  raw.once('close', () => {
    if (!raw.writableFinished) hangUp.abort()
  })
  return {
    hungUp: hangUp.signal,
    send: ({ status, body, headers = {} }) => {
      // Half an answer can only be broken off, so that nobody takes it for a whole one.
      if (streaming) raw.destroy()
      else reply.code(status).headers(headers).send(body)
    },
    stream: {
      start: (status, headers) => {
        streaming = true
        const before = reply.getHeaders()
        reply.hijack()
        // What was set before, such as rate limits, is lost by the hijack.
        raw.writeHead(status, { ...before, ...headers } as OutgoingHttpHeaders)
      },
      write: (chunk) => written(raw, chunk, hangUp.signal),
    },
    end: () => {
      if (!streaming) throw new TypeError('a proxy served nothing')
      raw.end()
    },
  }
}
