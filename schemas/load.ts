import { readFileSync } from 'node:fs'

/** The Avro schema of a topic as JSON text; `schema` is the file name without its ending. */
export const loadSchema = (schema: string): string =>
  readFileSync(new URL(`./${schema}.avsc`, import.meta.url), 'utf8')
