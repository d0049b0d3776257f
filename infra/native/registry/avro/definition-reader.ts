import { defaultFault, defaultFits } from './default-value.ts'
import { isList, isObject, type Json } from './json.ts'
import {
  type Attributes,
  type AvroType,
  type Field,
  type NamedType,
  namespaceOf,
  type PrimitiveKind,
  type RecordType,
} from './model.ts'

/** A text that is no Avro schema. Its message says why, for a person. */
export class InvalidAvro extends Error {
  override readonly name = 'InvalidAvro'
}

type DefinitionKey =
  | 'type'
  | 'name'
  | 'namespace'
  | 'aliases'
  | 'doc'
  | 'fields'
  | 'items'
  | 'values'
  | 'symbols'
  | 'size'
  | 'default'
  | 'order'
type Definition = { readonly [key in DefinitionKey]?: Json } & { readonly [key: string]: Json }

const primitives: ReadonlySet<string> = new Set<PrimitiveKind>([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
])
const isPrimitive = (name: string): name is PrimitiveKind => primitives.has(name)

// Avro 1.11 gives these keys a meaning on some type, so its own implementations never keep them as attributes.
const typeKeys = ['doc', 'fields', 'items', 'name', 'namespace', 'size', 'symbols', 'values']
const reserved = new Set([...typeKeys, 'type', 'aliases'])
const enumReserved = new Set([...reserved, 'default'])
const fieldReserved = new Set(['default', 'doc', 'name', 'order', 'type', 'aliases'])

const attributesOf = (definition: Definition, except: ReadonlySet<string>): Attributes =>
  Object.entries(definition).filter(([key]) => !except.has(key))

const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

const texts = (value: Json | undefined): readonly string[] =>
  isList(value) ? value.filter((item) => typeof item === 'string') : []

const required = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new InvalidAvro(what)
  return value
}

const qualify = (name: string, namespace: string): string =>
  name.includes('.') || namespace === '' ? name.replace(/^\./, '') : `${namespace}.${name}`

const uniqueOr = (values: readonly string[], what: string): void => {
  const repeated = values.find((value, index) => values.indexOf(value) !== index)
  if (repeated !== undefined) throw new InvalidAvro(`${what} ${repeated} is given twice`)
}

/** Turns definitions into types; `names` grows as it goes, since Avro wants a name defined before its use. Throws InvalidAvro. */
export class DefinitionReader {
  readonly names = new Map<string, NamedType>()
  readonly #records: RecordType[] = []

  read(schema: Json, namespace: string): AvroType {
    if (typeof schema === 'string') return this.#named(schema, namespace)
    if (isList(schema)) {
      return { kind: 'union', branches: schema.map((branch) => this.read(branch, namespace)) }
    }
    if (isObject(schema)) return this.#defined(schema, namespace)
    throw new InvalidAvro(`${String(schema)} is no schema`)
  }

  /** Defaults are judged last: a default's type may be a record that was not complete before. */
  checkDefaults(): void {
    for (const record of this.#records) {
      for (const field of record.fields) {
        if (field.default === undefined || defaultFits(field.type, field.default)) continue
        throw new InvalidAvro(defaultFault(record.name, field.name, field.type, field.default))
      }
    }
  }

  #named(name: string, namespace: string): AvroType {
    if (isPrimitive(name)) return { kind: name, attributes: [] }
    const found = this.names.get(qualify(name, namespace)) ?? this.names.get(name)
    return required(found, `the type ${name} is not defined before its use, nor in a reference`)
  }

  #defined(definition: Definition, namespace: string): AvroType {
    const { type } = definition
    if (typeof type !== 'string') return this.read(type ?? null, namespace)
    const attributes = attributesOf(definition, reserved)
    switch (type) {
      case 'array':
        return { kind: type, items: this.read(definition.items ?? null, namespace), attributes }
      case 'map':
        return {
          kind: type,
          values: this.read(definition.values ?? null, namespace),
          attributes,
        }
      case 'record':
      case 'error':
      case 'enum':
      case 'fixed':
        return this.#declare(type, definition, namespace)
      default:
        return isPrimitive(type) ? { kind: type, attributes } : this.#named(type, namespace)
    }
  }

  #declare(
    kind: 'record' | 'error' | 'enum' | 'fixed',
    definition: Definition,
    outer: string,
  ): NamedType {
    const given = required(text(definition.name), `a type ${kind} has no name`)
    const name = qualify(given, text(definition.namespace) ?? outer)
    if (this.names.has(name)) throw new InvalidAvro(`the type ${name} is defined twice`)
    const aliases = texts(definition.aliases).map((alias) => qualify(alias, namespaceOf(name)))
    const doc = text(definition.doc)
    const attributes = attributesOf(definition, kind === 'enum' ? enumReserved : reserved)
    const common = { name, aliases, doc, attributes }
    if (kind === 'enum') return this.#keep(enumOf(definition, common))
    if (kind === 'fixed') {
      const { size } = definition
      if (typeof size !== 'number') throw new InvalidAvro(`the fixed type ${name} has no size`)
      return this.#keep({ kind, ...common, sizeBytes: size })
    }
    const record: RecordType = { kind: 'record', isError: kind === 'error', ...common, fields: [] }
    this.#keep(record)
    this.#records.push(record)
    record.fields.push(...this.#fields(record.name, definition.fields))
    return record
  }

  #keep<T extends NamedType>(type: T): T {
    this.names.set(type.name, type)
    return type
  }

  #fields(record: string, definitions: Json | undefined): Field[] {
    if (!isList(definitions)) throw new InvalidAvro(`the record ${record} has no list of fields`)
    const fields = definitions.map((json): Field => {
      if (!isObject(json)) throw new InvalidAvro(`${record} has a field that is no object`)
      const definition: Definition = json
      const name = required(text(definition.name), `a field of ${record} has no name`)
      return {
        name,
        aliases: texts(definition.aliases),
        doc: text(definition.doc),
        type: this.read(definition.type ?? null, namespaceOf(record)),
        default: definition.default,
        order: text(definition.order),
        attributes: attributesOf(definition, fieldReserved),
      }
    })
    uniqueOr(
      fields.map(({ name }) => name),
      `in ${record} the field`,
    )
    return fields
  }
}

const enumOf = (
  definition: Definition,
  common: Pick<NamedType, 'name' | 'aliases' | 'doc' | 'attributes'>,
): NamedType => {
  const symbols = texts(definition.symbols)
  const fallback = text(definition.default)
  uniqueOr(symbols, `in ${common.name} the symbol`)
  if (definition.default !== undefined && !symbols.includes(fallback ?? '')) {
    throw new InvalidAvro(`the default of the enum ${common.name} is none of its symbols`)
  }
  return { kind: 'enum', ...common, symbols, default: fallback }
}
