import fastify, { type FastifyInstance } from 'fastify'
import { serve } from './call.ts'
import type { Core } from './core.ts'
import { logLine, messageOf } from './log-line.ts'
import { RegistryError } from './registry-error.ts'
import { servePolicyRoutes } from './routes-policies.ts'
import { serveSchemaRoutes } from './routes-schemas.ts'
import { serveSubjectRoutes } from './routes-subjects.ts'

const contentType = 'application/vnd.schemaregistry.v1+json'

const accepted = [
  contentType,
  'application/vnd.schemaregistry+json',
  'application/json',
  'application/octet-stream',
]

const readJson = async (_request: unknown, body: string | Buffer): Promise<unknown> => {
  // Clients send the header with an empty body as well.
  if (body.length === 0) return undefined
  try {
    return JSON.parse(body.toString())
  } catch (error) {
    throw new RegistryError(400, 400, messageOf(error))
  }
}

const statusOf = (error: unknown): number => {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : 500
  return typeof status === 'number' && status >= 400 ? status : 500
}

const refusalOf = (error: unknown): RegistryError => {
  if (error instanceof RegistryError) return error
  const status = statusOf(error)
  if (status >= 500) logLine('error', 'a request failed', { why: messageOf(error) })
  return new RegistryError(status, status, messageOf(error))
}

/** The registry's HTTP surface, not yet listening. Every answer, refusals included, is JSON of Confluent's content type. */
export const registryServer = (core: Core): FastifyInstance => {
  const app = fastify({
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1_000 },
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(accepted, { parseAs: 'string' }, readJson)
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('content-type', contentType)
  })
  app.setNotFoundHandler(() => {
    throw new RegistryError(404, 404, 'HTTP 404 Not Found')
  })
  app.setErrorHandler(async (error, _request, reply) => {
    const { status, code, message } = refusalOf(error)
    return reply
      .code(status)
      .header('content-type', contentType)
      .send(Buffer.from(JSON.stringify({ error_code: code, message })))
  })
  serve(app, 'GET', '/', () => ({}))
  serveSubjectRoutes(app, core)
  serveSchemaRoutes(app, core)
  servePolicyRoutes(app, core)
  return app
}
