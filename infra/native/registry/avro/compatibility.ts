import { printJson } from './json.ts'
import {
  type Attributes,
  type AvroSchema,
  type AvroType,
  type EnumType,
  type FixedType,
  type NamedType,
  type RecordType,
  simpleNameOf,
} from './model.ts'

/** Why data can't be read, in the words of Avro's Java implementation. */
export type FaultKind =
  | 'NAME_MISMATCH'
  | 'FIXED_SIZE_MISMATCH'
  | 'MISSING_ENUM_SYMBOLS'
  | 'READER_FIELD_MISSING_DEFAULT_VALUE'
  | 'TYPE_MISMATCH'
  | 'MISSING_UNION_BRANCH'

/** One reason; `path` is a JSON pointer into the reader's schema. */
export interface Fault {
  readonly kind: FaultKind
  readonly path: string
  readonly detail: string
}

const faultsMax = 50

// Avro 1.11, "Schema Resolution": the writer's types that each reader's type also takes.
const promotions: Readonly<Partial<Record<AvroType['kind'], readonly AvroType['kind'][]>>> = {
  long: ['int'],
  float: ['int', 'long'],
  double: ['int', 'long', 'float'],
  bytes: ['string'],
  string: ['bytes'],
}

const fault = (kind: FaultKind, path: string, detail: string): readonly Fault[] => [
  { kind, path: path === '' ? '/' : path, detail },
]

const under = (prefix: string, faults: readonly Fault[]): readonly Fault[] =>
  faults.map((one) => ({ ...one, path: one.path === '/' ? prefix : `${prefix}${one.path}` }))

const gather = (lists: Iterable<readonly Fault[]>): readonly Fault[] => {
  const all: Fault[] = []
  for (const list of lists) all.push(...list.slice(0, faultsMax - all.length))
  return all
}

const nameFaults = (reader: NamedType, writer: NamedType): readonly Fault[] =>
  simpleNameOf(reader.name) === simpleNameOf(writer.name) || reader.aliases.includes(writer.name)
    ? []
    : fault('NAME_MISMATCH', '/name', `expected ${writer.name}, found ${reader.name}`)

const enumFaults = (reader: EnumType, writer: EnumType): readonly Fault[] => {
  const missing = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol))
  if (missing.length === 0 || reader.default !== undefined) return []
  return fault('MISSING_ENUM_SYMBOLS', '/symbols', `[${missing.join(', ')}]`)
}

const sizeFaults = (reader: FixedType, writer: FixedType): readonly Fault[] =>
  reader.sizeBytes === writer.sizeBytes
    ? []
    : fault(
        'FIXED_SIZE_MISMATCH',
        '/size',
        `expected ${writer.sizeBytes}, found ${reader.sizeBytes}`,
      )

const decimal = (attributes: Attributes): string | undefined => {
  const value = new Map(attributes)
  if (value.get('logicalType') !== 'decimal') return undefined
  return `decimal(${printJson(value.get('precision') ?? 0)},${printJson(value.get('scale') ?? 0)})`
}

/** Avro 1.11, "Decimal": two decimals match if precision and scale do. */
const decimalFaults = (reader: AvroType, writer: AvroType): readonly Fault[] => {
  if (reader.kind === 'union' || writer.kind === 'union') return []
  const [read, written] = [decimal(reader.attributes), decimal(writer.attributes)]
  if (read === undefined || written === undefined || read === written) return []
  return fault('TYPE_MISMATCH', '', `reader type: ${read} not compatible with ${written}`)
}

const mismatch = (reader: AvroType, writer: AvroType): readonly Fault[] =>
  fault(
    'TYPE_MISMATCH',
    '',
    `reader type: ${reader.kind.toUpperCase()} not compatible with writer type: ${writer.kind.toUpperCase()}`,
  )

const lacking = (writer: AvroType, path: string): readonly Fault[] => {
  const name = 'name' in writer ? `${writer.kind} ${writer.name}` : writer.kind
  return fault('MISSING_UNION_BRANCH', path, `reader union lacking writer type: ${name}`)
}

class Comparison {
  // A pair of records that is being compared counts as readable: a recursive schema is readable unless something else breaks it.
  readonly #known = new Map<RecordType, Map<RecordType, readonly Fault[]>>()
  readonly #assumed: (readonly [RecordType, RecordType])[] = []

  compare(reader: AvroType, writer: AvroType): readonly Fault[] {
    if (reader.kind === 'union' || writer.kind === 'union') return this.#unions(reader, writer)
    if (reader.kind !== writer.kind) {
      const promoted = promotions[reader.kind]?.includes(writer.kind) ?? false
      return promoted ? decimalFaults(reader, writer) : mismatch(reader, writer)
    }
    return gather([decimalFaults(reader, writer), this.#sameKind(reader, writer)])
  }

  #sameKind(reader: AvroType, writer: AvroType): readonly Fault[] {
    if (reader.kind === 'array' && writer.kind === 'array') {
      return under('/items', this.compare(reader.items, writer.items))
    }
    if (reader.kind === 'map' && writer.kind === 'map') {
      return under('/values', this.compare(reader.values, writer.values))
    }
    if (reader.kind === 'enum' && writer.kind === 'enum') {
      return gather([nameFaults(reader, writer), enumFaults(reader, writer)])
    }
    if (reader.kind === 'fixed' && writer.kind === 'fixed') {
      return gather([nameFaults(reader, writer), sizeFaults(reader, writer)])
    }
    return reader.kind === 'record' && writer.kind === 'record' ? this.#pair(reader, writer) : []
  }

  #unions(reader: AvroType, writer: AvroType): readonly Fault[] {
    if (writer.kind === 'union') {
      return gather(
        writer.branches.map((branch, index) => {
          const faults = this.compare(reader, branch)
          if (faults.length === 0 || reader.kind !== 'union') return faults
          return lacking(branch, `/${index}`)
        }),
      )
    }
    if (reader.kind !== 'union') return []
    const fits = reader.branches.some((branch) => this.compare(branch, writer).length === 0)
    return fits ? [] : lacking(writer, '')
  }

  #pair(reader: RecordType, writer: RecordType): readonly Fault[] {
    const known = this.#known.get(reader)?.get(writer)
    if (known !== undefined) return known
    const assumedBefore = this.#assumed.length
    this.#note(reader, writer, [])
    this.#assumed.push([reader, writer])
    const faults = gather([nameFaults(reader, writer), this.#fields(reader, writer)])
    if (faults.length === 0) return faults
    // What was found readable since may have leaned on this pair; what was found unreadable stays so.
    for (const [one, other] of this.#assumed.splice(assumedBefore)) {
      this.#known.get(one)?.delete(other)
    }
    this.#note(reader, writer, faults)
    return faults
  }

  #note(reader: RecordType, writer: RecordType, faults: readonly Fault[]): void {
    const inner = this.#known.get(reader) ?? new Map<RecordType, readonly Fault[]>()
    this.#known.set(reader, inner.set(writer, faults))
  }

  #fields(reader: RecordType, writer: RecordType): readonly Fault[] {
    return gather(
      reader.fields.map((field, index) => {
        const names = [field.name, ...field.aliases]
        const written = names
          .map((name) => writer.fields.find((candidate) => candidate.name === name))
          .find((candidate) => candidate !== undefined)
        const path = `/fields/${index}`
        if (written !== undefined) {
          return under(`${path}/type`, this.compare(field.type, written.type))
        }
        if (field.default !== undefined) return []
        return fault('READER_FIELD_MISSING_DEFAULT_VALUE', path, field.name)
      }),
    )
  }
}

/**
 * Why data that was written with `writer` can't always be read with `reader`; empty when it can. It follows "Schema Resolution" of the
 * Avro 1.11 specification: promotions, unions, defaults, enum defaults, aliases of the reader, unqualified names, recursion. At most 50 reasons.
 */
export const readFaults = (reader: AvroSchema, writer: AvroSchema): readonly Fault[] =>
  new Comparison().compare(reader.root, writer.root)
