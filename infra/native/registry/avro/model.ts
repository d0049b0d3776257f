import type { Json } from './json.ts'

/** Attributes that Avro gives no meaning (`logicalType`, `pii`, …), in the order of the text. */
export type Attributes = readonly (readonly [string, Json])[]

/** Types without a name and without parts. */
export type PrimitiveKind =
  | 'null'
  | 'boolean'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'bytes'
  | 'string'

/** A primitive, with its logical type among the attributes. */
export interface PrimitiveType {
  readonly kind: PrimitiveKind
  readonly attributes: Attributes
}

/** What record, enum and fixed share. Names and aliases are full names. */
export interface Named {
  readonly name: string
  readonly aliases: readonly string[]
  readonly doc: string | undefined
  readonly attributes: Attributes
}

/** One field of a record. `default` is undefined where there is none: JSON has no such value. */
export interface Field {
  readonly name: string
  readonly aliases: readonly string[]
  readonly doc: string | undefined
  readonly type: AvroType
  readonly default: Json | undefined
  readonly order: string | undefined
  readonly attributes: Attributes
}

/** A record; `fields` fills while it is parsed, since a field may name the record itself. */
export interface RecordType extends Named {
  readonly kind: 'record'
  readonly isError: boolean
  readonly fields: Field[]
}

/** An enum; `default` is the symbol that a reader takes for one that it doesn't know. */
export interface EnumType extends Named {
  readonly kind: 'enum'
  readonly symbols: readonly string[]
  readonly default: string | undefined
}

/** A fixed number of bytes. */
export interface FixedType extends Named {
  readonly kind: 'fixed'
  readonly sizeBytes: number
}

/** An array. */
export interface ArrayType {
  readonly kind: 'array'
  readonly items: AvroType
  readonly attributes: Attributes
}

/** A map from strings. */
export interface MapType {
  readonly kind: 'map'
  readonly values: AvroType
  readonly attributes: Attributes
}

/** A union. */
export interface UnionType {
  readonly kind: 'union'
  readonly branches: readonly AvroType[]
}

/** A type with a name, which a schema defines once and then refers to. */
export type NamedType = RecordType | EnumType | FixedType

/** Any Avro type, with names already resolved: a recursive schema is a cyclic object. */
export type AvroType = PrimitiveType | NamedType | ArrayType | MapType | UnionType

/** A parsed schema. */
export interface AvroSchema {
  readonly root: AvroType
  /** Full names that came from references, and so are not defined in the schema's own text. */
  readonly referenced: ReadonlySet<string>
}

/** The part of a full name before its last dot, '' without one. */
export const namespaceOf = (fullName: string): string =>
  fullName.slice(0, Math.max(0, fullName.lastIndexOf('.')))

/** The part of a full name after its last dot. */
export const simpleNameOf = (fullName: string): string =>
  fullName.slice(fullName.lastIndexOf('.') + 1)

/** Whether the type has a name. */
export const isNamed = (type: AvroType): type is NamedType =>
  type.kind === 'record' || type.kind === 'enum' || type.kind === 'fixed'
