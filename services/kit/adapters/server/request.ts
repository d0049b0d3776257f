import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { RouteRequest } from '../../route.ts'

const requestIdPattern = /^[\w.:-]{1,128}$/

const texts = (given: unknown): Readonly<Record<string, string>> => {
  if (typeof given !== 'object' || given === null) return {}
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, [value].flat().join(', ')]),
  )
}

/** A request as routes see it. Its id is the caller's `x-request-id` where that is a plain word, else a new one. */
export const routeRequest = (request: FastifyRequest): RouteRequest => {
  const headers = texts(request.headers)
  const given = headers['x-request-id'] ?? ''
  return {
    params: texts(request.params),
    query: texts(request.query),
    headers,
    body: request.body ?? undefined,
    requestId: requestIdPattern.test(given) ? given : randomUUID(),
    arrivedAtMs: Date.now(),
  }
}
