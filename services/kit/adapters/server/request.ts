import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { RouteRequest } from '../../route.ts'
import type { Body } from './request-body.ts'

const requestIdPattern = /^[\w.:-]{1,128}$/

const nothing = Buffer.alloc(0)

const texts = (given: unknown): Readonly<Record<string, string>> => {
  if (typeof given !== 'object' || given === null) return {}
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, [value].flat().join(', ')]),
  )
}

/** Headers without the key that came with them; the client is the key's, whatever the caller says. */
const withoutKey = (
  { authorization: _, 'x-api-key': __, ...headers }: Readonly<Record<string, string>>,
  client: string,
): Readonly<Record<string, string>> => ({ ...headers, 'x-client-id': client })

/** A request as routes see it. `client` is undefined where keys are off. Its id is the caller's `x-request-id` where that is a plain word, else a new one. */
export const routeRequest = (request: FastifyRequest, client: string | undefined): RouteRequest => {
  const all = texts(request.headers)
  const headers = client === undefined ? all : withoutKey(all, client)
  const given = headers['x-request-id'] ?? ''
  const body = request.body as Body | null | undefined
  return {
    params: texts(request.params),
    query: texts(request.query),
    headers,
    body: body?.json ?? undefined,
    bytes: body?.bytes ?? nothing,
    client: client ?? '',
    requestId: requestIdPattern.test(given) ? given : randomUUID(),
    arrivedAtMs: Date.now(),
  }
}
