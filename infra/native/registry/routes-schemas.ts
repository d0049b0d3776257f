import type { FastifyInstance } from 'fastify'
import { type Call, RawText, serve } from './call.ts'
import type { Core } from './core.ts'
import { refuse } from './registry-error.ts'
import { guidOf, type Version } from './state.ts'

const contentOf = (core: Core, id: number) => {
  const content = core.state.contentOf(id)
  if (content === undefined) throw refuse.schemaNotFound(id)
  return content
}

const schemaAnswer = (core: Core, call: Call, id: number) => {
  const content = contentOf(core, id)
  const resolved = call.text('format') === 'resolved' ? core.schemas.resolvedText(id) : undefined
  return {
    ...(content.schemaType === 'AVRO' ? {} : { schemaType: content.schemaType }),
    schema: resolved ?? content.schema,
    ...(content.references.length === 0 ? {} : { references: content.references }),
    guid: guidOf(content),
  }
}

const idOf = (call: Call): number => {
  const text = call.part('id')
  if (!/^\d{1,10}$/.test(text)) throw refuse.schemaNotFound(text)
  return Number(text)
}

const places = (core: Core, call: Call): readonly Version[] => {
  const id = idOf(call)
  contentOf(core, id)
  return core.state
    .allVersions()
    .filter((version) => version.id === id && (call.flag('deleted') || !version.deleted))
}

/** Serves `/schemas`. */
export const serveSchemaRoutes = (app: FastifyInstance, core: Core): void => {
  serve(app, 'GET', '/schemas/types', () => ['AVRO'])
  serve(app, 'GET', '/schemas/ids/:id', (call) => schemaAnswer(core, call, idOf(call)))
  serve(
    app,
    'GET',
    '/schemas/ids/:id/schema',
    (call) => new RawText(schemaAnswer(core, call, idOf(call)).schema),
  )
  serve(app, 'GET', '/schemas/ids/:id/subjects', (call) => [
    ...new Set(places(core, call).map(({ subject }) => subject)),
  ])
  serve(app, 'GET', '/schemas/ids/:id/versions', (call) =>
    places(core, call).map(({ subject, version }) => ({ subject, version })),
  )
  serve(app, 'GET', '/schemas/guids/:guid', (call) => {
    const id = core.state.idOfGuid(call.part('guid'))
    if (id === undefined) throw refuse.schemaNotFound(call.part('guid'))
    return schemaAnswer(core, call, id)
  })
}
