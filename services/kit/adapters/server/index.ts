import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Visitor } from '../../access/guard.ts'
import { StartFault } from '../../errors.ts'
import type { Reply } from '../../route.ts'
import type { DoorRoute } from '../../runtime/door.ts'
import { errorReply } from '../../runtime/http/answer.ts'
import { Refusal } from '../../runtime/http/refusal.ts'
import type { Server, ServerOptions } from '../../runtime/machinery.ts'
import { routeAnswer } from './answer.ts'
import { routeRequest } from './request.ts'
import { takeBodies } from './request-body.ts'

const closeWithinMs = 3000
const headersTimeoutMs = 10_000
const lookEveryMs = 5000

const addSigns = (app: FastifyInstance, { metrics, notReady, service }: ServerOptions): void => {
  app.get('/health', async () => ({ service, alive: true }))
  app.get('/ready', async (_request, reply) => {
    const waitingFor = notReady()
    return reply.code(waitingFor.length === 0 ? 200 : 503).send({ service, waitingFor })
  })
  app.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await metrics.scrape()
    return reply.header('content-type', contentType).send(body)
  })
}

const addMeter = (app: FastifyInstance, { metrics, service }: ServerOptions): void => {
  const histogram = metrics.histogram('flywheel_http_seconds', {
    help: 'Seconds from a request to the end of its answer.',
    labels: ['service', 'method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const labels = { service, method: request.method, route, status: String(reply.statusCode) }
    histogram.observe(labels, reply.elapsedTime / 1000)
  })
}

const statusOf = (error: unknown): number =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 500

const faultReply = (error: unknown): Reply => {
  if (error instanceof Refusal) return error.reply
  const status = statusOf(error)
  if (status >= 500 || !(error instanceof Error))
    return errorReply(500, 'internal_error', 'Something went wrong here.')
  return errorReply(status, 'invalid_request_error', error.message)
}

const addRoute = (
  app: FastifyInstance,
  { open, guard, bodyBytesMax: bodyLimit }: ServerOptions,
  visitors: WeakMap<FastifyRequest, Visitor>,
  { name, method, path, rawBody = false, scope, bodyBytesMax = bodyLimit, answer }: DoorRoute,
): void => {
  const gate = guard.gateOf(scope === undefined ? { name } : { name, scope })
  app.route({
    method,
    url: path,
    bodyLimit: bodyBytesMax,
    config: { rawBody },
    onRequest: async (request, reply) => {
      const visitor = await gate({ headers: request.headers, address: request.ip })
      visitors.set(request, visitor)
      reply.headers(visitor.headers)
      reply.raw.once('close', () => visitor.leave())
    },
    handler: async (request, reply) => {
      const answering = routeAnswer(request, reply)
      if (open()) await answer(routeRequest(request, visitors.get(request)?.client), answering)
      else {
        const closed = errorReply(503, 'unavailable', 'Not ready yet.', { 'retry-after': '1' })
        answering.send(closed)
      }
      return reply
    },
  })
}

const listen = async (app: FastifyInstance, { host, port }: ServerOptions): Promise<string> => {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    const because = error instanceof Error ? error.message : 'no reason given'
    throw new StartFault(`The HTTP server can't listen on ${host}:${port}: ${because}`)
  }
}

const close = async (app: FastifyInstance): Promise<void> => {
  const impatient = setTimeout(() => app.server.closeAllConnections(), closeWithinMs)
  await app.close()
  clearTimeout(impatient)
}

/** The service's HTTP server by fastify: `/health`, `/ready`, `/metrics` and what is added before it listens. */
export const httpServer = (options: ServerOptions): Server => {
  const visitors = new WeakMap<FastifyRequest, Visitor>()
  const app = fastify({
    bodyLimit: options.bodyBytesMax,
    forceCloseConnections: 'idle',
    requestTimeout: options.receiveTimeoutMs,
    http: {
      headersTimeout: Math.min(headersTimeoutMs, options.receiveTimeoutMs),
      connectionsCheckingInterval: Math.min(lookEveryMs, options.receiveTimeoutMs),
    },
  })
  app.server.maxConnections = options.connectionsMax
  app.setErrorHandler(async (error, _request, reply) => {
    const { status, body, headers = {} } = faultReply(error)
    if (status >= 500) options.log.error({ err: error }, 'the HTTP server met a bug')
    return reply.code(status).headers(headers).send(body)
  })
  app.setNotFoundHandler(async (_request, reply) => {
    const { status, body } = errorReply(404, 'not_found', 'There is nothing here.')
    return reply.code(status).send(body)
  })
  takeBodies(app, (request, bytes) => visitors.get(request)?.hold(bytes))
  addSigns(app, options)
  addMeter(app, options)
  return {
    add: (route) => addRoute(app, options, visitors, route),
    listen: () => listen(app, options),
    close: () => close(app),
  }
}
