import type { PiiKind } from '../privacy/index.ts'
import { PlanError } from './reasons.ts'

/** The Avro types without parameters. */
export type AvroPrimitive =
  | 'null'
  | 'boolean'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'bytes'
  | 'string'

/** A parsed Avro schema, names resolved. A record may hold itself. */
export type AvroType =
  | { readonly kind: AvroPrimitive; readonly logicalType?: string }
  | { readonly kind: 'fixed'; readonly sizeBytes: number }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: AvroType }
  | { readonly kind: 'map'; readonly values: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }
  | AvroRecord

/** A record with its fields in the order of their bytes. */
export interface AvroRecord {
  readonly kind: 'record'
  readonly name: string
  readonly fields: AvroField[]
}

/** One field; `pii` is its mark for the privacy engine. */
export interface AvroField {
  readonly name: string
  readonly type: AvroType
  readonly pii: PiiKind | undefined
  /** The default as in the schema's JSON; undefined where it has none. */
  readonly fallback: unknown
}

type JsonObject = Readonly<Record<string, unknown>>

const primitives = new Set<string>(
  'null boolean int long float double bytes string'.split(' ') satisfies string[],
)
const isPrimitive = (name: string): name is AvroPrimitive => primitives.has(name)
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (schema: JsonObject, property: string): string => {
  const value = schema[property]
  if (typeof value === 'string') return value
  throw new PlanError(`Avro schema: "${property}" must be a string`)
}

const listOf = (schema: JsonObject, property: string): readonly unknown[] => {
  const value = schema[property]
  if (Array.isArray(value)) return value
  throw new PlanError(`Avro schema: "${property}" must be a list`)
}

const piiOf = (field: JsonObject): PiiKind | undefined => {
  const mark = field['pii'] ?? (isObject(field['type']) ? field['type']['pii'] : undefined)
  if (mark === undefined || mark === false) return undefined
  if (mark === true) return 'text'
  if (mark === 'json') return 'json'
  throw new PlanError(`Avro schema: "pii" of ${textOf(field, 'name')} must be true or "json"`)
}

const enumOf = (schema: JsonObject): AvroType => ({
  kind: 'enum',
  symbols: listOf(schema, 'symbols').map(String),
})

const fixedOf = (schema: JsonObject): AvroType => {
  const sizeBytes = Number(schema['size'])
  if (Number.isSafeInteger(sizeBytes) && sizeBytes >= 0) return { kind: 'fixed', sizeBytes }
  throw new PlanError('Avro schema: "size" of a fixed must be a whole number')
}

/** Parses one schema; named types are remembered for the places that refer to them. */
class Parser {
  private readonly named = new Map<string, AvroType>()

  parse(schema: unknown, namespace: string): AvroType {
    if (typeof schema === 'string') return this.reference(schema, namespace)
    if (Array.isArray(schema)) {
      return { kind: 'union', branches: schema.map((branch) => this.parse(branch, namespace)) }
    }
    if (!isObject(schema)) throw new PlanError('Avro schema: a type is a name, a list or an object')
    return this.complex(schema, namespace)
  }

  private reference(name: string, namespace: string): AvroType {
    if (isPrimitive(name)) return { kind: name }
    const type = this.named.get(name) ?? this.named.get(`${namespace}.${name}`)
    if (type === undefined) throw new PlanError(`Avro schema: unknown type "${name}"`)
    return type
  }

  private complex(schema: JsonObject, namespace: string): AvroType {
    const { type } = schema
    if (type === 'array') return { kind: 'array', items: this.parse(schema['items'], namespace) }
    if (type === 'map') return { kind: 'map', values: this.parse(schema['values'], namespace) }
    if (type === 'record' || type === 'error') return this.record(schema, namespace)
    if (type === 'enum') return this.remember(schema, namespace, enumOf(schema))
    if (type === 'fixed') return this.remember(schema, namespace, fixedOf(schema))
    return this.annotated(schema, namespace)
  }

  private annotated(schema: JsonObject, namespace: string): AvroType {
    const inner = this.parse(schema['type'], namespace)
    const { logicalType } = schema
    const isLogical = typeof logicalType === 'string' && isPrimitive(inner.kind)
    return isLogical ? { kind: inner.kind as AvroPrimitive, logicalType } : inner
  }

  private record(schema: JsonObject, namespace: string): AvroType {
    const record: AvroRecord = { kind: 'record', name: textOf(schema, 'name'), fields: [] }
    this.remember(schema, namespace, record)
    const inner = this.namespaceOf(schema, namespace)
    for (const field of listOf(schema, 'fields')) {
      if (!isObject(field)) throw new PlanError('Avro schema: a field must be an object')
      record.fields.push({
        name: textOf(field, 'name'),
        type: this.parse(field['type'], inner),
        pii: piiOf(field),
        fallback: field['default'],
      })
    }
    return record
  }

  private namespaceOf(schema: JsonObject, namespace: string): string {
    const name = textOf(schema, 'name')
    const dot = name.lastIndexOf('.')
    if (dot !== -1) return name.slice(0, dot)
    return typeof schema['namespace'] === 'string' ? schema['namespace'] : namespace
  }

  private remember(schema: JsonObject, namespace: string, type: AvroType): AvroType {
    const name = textOf(schema, 'name')
    const inner = this.namespaceOf(schema, namespace)
    this.named.set(name, type)
    if (!name.includes('.')) this.named.set(`${inner}.${name}`, type)
    return type
  }
}

/**
 * Parses the Avro schema of a record.
 *
 * @param schema - the schema as JSON text or as the parsed JSON
 * @throws PlanError if it is no valid schema of a record
 */
export const parseAvroRecord = (schema: unknown): AvroRecord => {
  const type = new Parser().parse(typeof schema === 'string' ? parseJson(schema) : schema, '')
  if (type.kind !== 'record')
    throw new PlanError('Avro schema: the outermost type must be a record')
  return type
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new PlanError('Avro schema: not JSON')
  }
}

/** The type itself, or the first branch of a union that is not null. */
export const coreOf = (type: AvroType): AvroType => {
  if (type.kind !== 'union') return type
  return type.branches.find((branch) => branch.kind !== 'null') ?? { kind: 'null' }
}
