import avsc from 'avsc'
import { DefinitionReader, InvalidAvro } from './definition-reader.ts'
import { depthOf, type Json, parseJson } from './json.ts'
import type { AvroSchema } from './model.ts'

const depthMax = 200

/** avsc judges names, unions and structure; defaults are judged here, since avsc can't hold every long. */
const checkWithAvsc = (schemas: readonly string[]): void => {
  const registry: { [name: string]: avsc.Type } = {}
  const withoutDefault = (key: string, value: unknown): unknown =>
    key === 'default' ? undefined : value
  for (const schema of schemas) {
    try {
      avsc.Type.forSchema(JSON.parse(schema, withoutDefault), { registry, wrapUnions: true })
    } catch (error) {
      throw new InvalidAvro(error instanceof Error ? error.message : String(error))
    }
  }
}

const tooDeep = (): InvalidAvro => new InvalidAvro(`nested deeper than ${depthMax} levels`)

const parseText = (schema: string): Json => {
  try {
    const json = parseJson(schema)
    if (depthOf(json) <= depthMax) return json
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep()
    throw new InvalidAvro(`not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  throw tooDeep()
}

/**
 * Parses an Avro 1.11 schema. `references` are the texts that it builds on, each after those that it needs itself.
 * `trusted` skips avsc's judgement, for a text that passed before. Throws InvalidAvro.
 */
export const parseAvro = (
  schema: string,
  references: readonly string[] = [],
  { trusted = false } = {},
): AvroSchema => {
  const roots = [...references, schema].map(parseText)
  if (!trusted) checkWithAvsc([...references, schema])
  const reader = new DefinitionReader()
  for (const root of roots.slice(0, -1)) reader.read(root, '')
  const referenced = new Set(reader.names.keys())
  const root = reader.read(roots.at(-1) ?? null, '')
  reader.checkDefaults()
  return { root, referenced }
}
