import type { FastifyInstance } from 'fastify'
import { afterEach } from 'vitest'
import { Core } from './core.ts'
import type { EncodedRecord } from './log-record.ts'
import { registryServer } from './server.ts'
import { memoryStore, type SchemaStore } from './store.ts'

const apps: FastifyInstance[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

/** A registry in memory, and how to call it. The same `log` again is a restart; `change` makes its store slow or broken. */
export const start = async (log: EncodedRecord[] = [], change = (store: SchemaStore) => store) => {
  const app = registryServer(await Core.open((apply) => change(memoryStore(apply, log))))
  apps.push(app)
  return async (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    body?: object | string,
  ): Promise<{ status: number; body: unknown; type: unknown }> => {
    const payload = typeof body === 'object' ? JSON.stringify(body) : body
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' }
    const answer = await app.inject({
      method,
      url,
      headers,
      ...(payload === undefined ? {} : { payload }),
    })
    return {
      status: answer.statusCode,
      body: answer.json(),
      type: answer.headers['content-type'],
    }
  }
}

/** The text of a record schema `acme.R` with these fields; a third part is a field's default. */
export const record = (
  ...fields: readonly (readonly [name: string, type: unknown, value?: unknown])[]
) =>
  JSON.stringify({
    type: 'record',
    name: 'R',
    namespace: 'acme',
    fields: fields.map(([name, type, value]) => ({
      name,
      type,
      ...(value === undefined ? {} : { default: value }),
    })),
  })

/** A schema to begin with. */
export const one = { schema: record(['x', 'int']) }
/** Adds a field with a default to `one`. */
export const two = { schema: record(['x', 'int'], ['y', 'string', '']) }
/** Adds a field without a default to `one`. */
export const breaking = { schema: record(['x', 'int'], ['z', 'string']) }
/** `one` with its field promoted: readable backward, not forward. */
export const widened = { schema: record(['x', 'long']) }
/** What an answer that refuses looks like. */
export const refusal = (status: number, code: number) => ({ status, body: { error_code: code } })
