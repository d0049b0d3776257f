import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

type Avro = string | Avro[] | AvroObject
interface AvroObject {
  readonly type: Avro
  readonly name?: string
  readonly doc?: string
  readonly fields?: readonly (AvroObject & { readonly name: string })[]
  readonly items?: Avro
  readonly values?: Avro
  readonly symbols?: readonly string[]
}

const primitives: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Buffer',
  string: 'string',
}

const typeOf = (schema: Avro, declare: (record: AvroObject) => void): string => {
  if (typeof schema === 'string') return primitives[schema] ?? schema
  if (Array.isArray(schema)) return schema.map((branch) => typeOf(branch, declare)).join(' | ')
  if (schema.items !== undefined) return `readonly (${typeOf(schema.items, declare)})[]`
  if (schema.values !== undefined)
    return `Readonly<Record<string, ${typeOf(schema.values, declare)}>>`
  if (schema.symbols !== undefined) return schema.symbols.map((s) => `'${s}'`).join(' | ')
  if (schema.fields !== undefined) {
    declare(schema)
    return schema.name ?? 'never'
  }
  return typeOf(schema.type, declare)
}

const interfaceOf = (record: AvroObject, declare: (record: AvroObject) => void): string => {
  const lines = (record.fields ?? []).map((field) => {
    const doc = field.doc === undefined ? '' : `  /** ${field.doc} */\n`
    return `${doc}  readonly ${field.name}: ${typeOf(field.type, declare)}`
  })
  return `/** ${record.doc ?? record.name} */\nexport interface ${record.name} {\n${lines.join('\n')}\n}\n`
}

/** TypeScript interfaces for Avro record schemas, one an Avro record, nested ones included. */
export const generateTypes = (schemas: readonly AvroObject[]): string => {
  const texts = new Map<string, string>()
  const declare = (record: AvroObject): void => {
    const name = record.name ?? ''
    if (texts.has(name)) return
    texts.set(name, '')
    texts.set(name, interfaceOf(record, declare))
  }
  schemas.forEach(declare)
  return `// Generated from schemas/*.avsc by schemas/generate.ts: npm run generate\n\n${[...texts.values()].join('\n')}`
}

/** Reads every schema of a folder, in file name order. */
export const readSchemas = (folder: URL): AvroObject[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.avsc'))
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = new URL('./', import.meta.url)
  writeFileSync(new URL('types.generated.ts', folder), generateTypes(readSchemas(folder)))
}
