import { printJson, printMember } from './json.ts'
import {
  type Attributes,
  type AvroSchema,
  type AvroType,
  type Field,
  isNamed,
  type NamedType,
  namespaceOf,
  simpleNameOf,
} from './model.ts'

type Member = readonly [key: string, text: string]

const text = (key: string, value: string | undefined): readonly Member[] =>
  value === undefined ? [] : [[key, JSON.stringify(value)]]

const object = (members: readonly Member[]): string =>
  `{${members.map(([key, value]) => printMember(key, value)).join(',')}}`

const relative = (name: string, namespace: string): string =>
  namespaceOf(name) === namespace ? simpleNameOf(name) : name

const aliasMembers = (aliases: readonly string[]): readonly Member[] =>
  aliases.length === 0 ? [] : [['aliases', printJson(aliases)]]

class Printer {
  readonly #known: Set<string>
  readonly #sorted: boolean

  constructor(known: ReadonlySet<string>, sorted: boolean) {
    this.#known = new Set(known)
    this.#sorted = sorted
  }

  print(type: AvroType, namespace: string): string {
    if (isNamed(type)) return this.#named(type, namespace)
    switch (type.kind) {
      case 'union':
        return `[${type.branches.map((branch) => this.print(branch, namespace)).join(',')}]`
      case 'array':
        return this.#plain(type.kind, type.attributes, 'items', this.print(type.items, namespace))
      case 'map':
        return this.#plain(type.kind, type.attributes, 'values', this.print(type.values, namespace))
      default:
        return type.attributes.length === 0
          ? JSON.stringify(type.kind)
          : object([...text('type', type.kind), ...this.#attributes(type.attributes)])
    }
  }

  #plain(kind: string, attributes: Attributes, part: string, inner: string): string {
    return object([...text('type', kind), [part, inner], ...this.#attributes(attributes)])
  }

  #attributes(attributes: Attributes): readonly Member[] {
    const members = attributes.map(([key, value]): Member => [key, printJson(value)])
    return this.#sorted ? members.sort(([a], [b]) => (a < b ? -1 : 1)) : members
  }

  #named(type: NamedType, outer: string): string {
    if (this.#known.has(type.name)) return JSON.stringify(relative(type.name, outer))
    this.#known.add(type.name)
    const namespace = namespaceOf(type.name)
    return object([
      ...text('type', type.kind === 'record' && type.isError ? 'error' : type.kind),
      ...text('name', simpleNameOf(type.name)),
      ...text('namespace', namespace === outer ? undefined : namespace),
      ...text('doc', type.doc),
      ...this.#body(type, namespace),
      ...this.#attributes(type.attributes),
      ...aliasMembers(type.aliases.map((alias) => relative(alias, namespace))),
    ])
  }

  #body(type: NamedType, namespace: string): readonly Member[] {
    switch (type.kind) {
      case 'record':
        return [
          ['fields', `[${type.fields.map((field) => this.#field(field, namespace)).join(',')}]`],
        ]
      case 'enum':
        return [['symbols', printJson(type.symbols)], ...text('default', type.default)]
      case 'fixed':
        return [['size', String(type.sizeBytes)]]
    }
  }

  #field(field: Field, namespace: string): string {
    const fallback: readonly Member[] =
      field.default === undefined ? [] : [['default', printJson(field.default)]]
    return object([
      ...text('name', field.name),
      ['type', this.print(field.type, namespace)],
      ...text('doc', field.doc),
      ...fallback,
      ...text('order', field.order === 'ascending' ? undefined : field.order),
      ...aliasMembers(field.aliases),
      ...this.#attributes(field.attributes),
    ])
  }
}

/**
 * The schema as text in one form, whatever its whitespace, its order of keys or its way to write a name: what two schemas are
 * compared by, and what is stored. It follows the order of Avro's Java implementation (`Schema.toString`), which Confluent's registry
 * stores. `normalize` also sorts the attributes that Avro gives no meaning; `resolved` writes referenced types out.
 */
export const printAvro = (
  schema: AvroSchema,
  { normalize = false, resolved = false } = {},
): string => new Printer(resolved ? new Set() : schema.referenced, normalize).print(schema.root, '')
