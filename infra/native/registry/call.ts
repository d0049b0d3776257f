import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { RegistrationRequest } from './registration.ts'
import { RegistryError, refuse } from './registry-error.ts'
import type { Version } from './state.ts'
import { guidOf } from './state.ts'

/** A request, as the handlers see it. */
export interface Call {
  /** A part of the path by its name, decoded. */
  readonly part: (name: string) => string
  /** Whether a query parameter is `true`. */
  readonly flag: (name: string) => boolean
  /** A query parameter, '' without one. */
  readonly text: (name: string) => string
  readonly body: unknown
}

/** Answers with a value that is sent as JSON. */
export type Handle = (call: Call) => unknown

const strings = z.record(z.string(), z.unknown())

const callOf = (params: unknown, query: unknown, body: unknown): Call => {
  const [parts, values] = [strings.parse(params), strings.parse(query)]
  const text = (from: Record<string, unknown>, name: string): string => {
    const value = from[name]
    return typeof value === 'string' ? value : ''
  }
  return {
    part: (name) => text(parts, name),
    text: (name) => text(values, name),
    flag: (name) => text(values, name).toLowerCase() === 'true',
    body,
  }
}

/** An answer that is text already: a schema's own. */
export class RawText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Serves a path. */
export const serve = (
  app: FastifyInstance,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  handle: Handle,
): void => {
  app.route({
    method,
    url,
    handler: async (request) => {
      const answer = await handle(callOf(request.params, request.query, request.body))
      // Bytes, since fastify adds a charset to the content type of a text.
      return Buffer.from(answer instanceof RawText ? answer.text : JSON.stringify(answer))
    },
  })
}

/** Reads a body by its shape. Throws 422 with the first thing that is wrong. */
export const readBody = <T>(shape: z.ZodType<T>, body: unknown): T => {
  const parsed = shape.safeParse(body ?? {})
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new RegistryError(422, 422, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`)
}

const schemaShape = z.object({
  schema: z.string(),
  schemaType: z.string().nullish(),
  references: z
    .array(z.object({ name: z.string(), subject: z.string(), version: z.int() }))
    .nullish(),
  id: z.int().nullish(),
  version: z.int().nullish(),
  metadata: z.unknown().optional(),
  ruleSet: z.unknown().optional(),
})

const positive = (value: number | null | undefined): number | undefined =>
  typeof value === 'number' && value > 0 ? value : undefined

/** Reads a schema as clients post it. Throws 422 or, for data contracts, 42201: leaving rules out silently would break a promise. */
export const schemaOf = (body: unknown): RegistrationRequest => {
  const read = readBody(schemaShape, body)
  for (const part of ['metadata', 'ruleSet'] as const) {
    if (read[part] !== undefined && read[part] !== null) throw refuse.notServed(part)
  }
  return {
    schema: read.schema,
    schemaType: read.schemaType ?? 'AVRO',
    references: read.references ?? [],
    id: positive(read.id),
    version: positive(read.version),
  }
}

/** A version as clients get it. `schemaType` is left out for AVRO, as Confluent's registry does. */
export const versionAnswer = (version: Version, text = version.schema) => ({
  subject: version.subject,
  version: version.version,
  id: version.id,
  guid: guidOf(version),
  ...(version.schemaType === 'AVRO' ? {} : { schemaType: version.schemaType }),
  ...(version.references.length === 0 ? {} : { references: version.references }),
  schema: text,
})
