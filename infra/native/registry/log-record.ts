import { z } from 'zod'

/** The compatibility levels that a subject can ask for. */
export const levels = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const
/** How a new version must relate to the earlier ones. */
export type Level = (typeof levels)[number]

/** The modes that the registry or a subject can be in. */
export const modes = ['READWRITE', 'READONLY', 'READONLY_OVERRIDE', 'IMPORT'] as const
/** What may be written: anything, nothing, or schemas with ids of their own. */
export type Mode = (typeof modes)[number]

/** A named type that a schema takes from another subject's version. */
export interface Reference {
  readonly name: string
  readonly subject: string
  readonly version: number
}

/** One version of a subject, as the log holds it. `deleted` is a soft deletion: still readable by id. */
export interface StoredVersion {
  readonly id: number
  readonly schema: string
  readonly schemaType: string
  readonly references: readonly Reference[]
  readonly deleted: boolean
}

/** Settings of the whole registry or of a subject. */
export interface Config {
  readonly compatibilityLevel: Level
  readonly normalize?: boolean
}

/**
 * One record of the log; `value: null` is a removal, `subject: null` the whole registry. `highest-id` is the one kind that Confluent's
 * registry doesn't have (it leaves the record out): how far ids had come before a hard deletion.
 */
export type LogRecord =
  | {
      readonly kind: 'schema'
      readonly subject: string
      readonly version: number
      readonly value: StoredVersion | null
    }
  | { readonly kind: 'config'; readonly subject: string | null; readonly value: Config | null }
  | { readonly kind: 'mode'; readonly subject: string | null; readonly value: Mode | null }
  | {
      readonly kind: 'delete-subject'
      readonly subject: string
      readonly value: { readonly version: number } | null
    }
  | { readonly kind: 'highest-id'; readonly value: { readonly id: number } | null }
  | { readonly kind: 'noop' }

/** A record as Kafka holds it: JSON texts. */
export interface EncodedRecord {
  readonly key: string
  readonly value: string | null
}

const whole = z.int().positive()
const referenceShape = z.object({ name: z.string(), subject: z.string(), version: z.int() })
const subjectOrNull = z.string().nullish()

const keyShape = z.discriminatedUnion('keytype', [
  z.object({ keytype: z.literal('SCHEMA'), subject: z.string(), version: whole }),
  z.object({ keytype: z.literal('CONFIG'), subject: subjectOrNull }),
  z.object({ keytype: z.literal('MODE'), subject: subjectOrNull }),
  z.object({ keytype: z.literal('DELETE_SUBJECT'), subject: z.string() }),
  z.object({ keytype: z.literal('HIGHEST_ID') }),
  z.object({ keytype: z.literal('NOOP') }),
])

const valueShapes = {
  SCHEMA: z.object({
    id: whole,
    schema: z.string(),
    schemaType: z.string().nullish(),
    references: z.array(referenceShape).nullish(),
    deleted: z.boolean().nullish(),
  }),
  CONFIG: z.object({ compatibilityLevel: z.enum(levels), normalize: z.boolean().nullish() }),
  MODE: z.object({ mode: z.enum(modes) }),
  DELETE_SUBJECT: z.object({ version: whole }),
  HIGHEST_ID: z.object({ id: whole }),
} as const

const versionOf = (value: z.infer<typeof valueShapes.SCHEMA>): StoredVersion => ({
  id: value.id,
  schema: value.schema,
  schemaType: value.schemaType ?? 'AVRO',
  references: value.references ?? [],
  deleted: value.deleted ?? false,
})

const configOf = (value: z.infer<typeof valueShapes.CONFIG>): Config => ({
  compatibilityLevel: value.compatibilityLevel,
  ...(typeof value.normalize === 'boolean' ? { normalize: value.normalize } : {}),
})

/**
 * Reads a record in Confluent's own format, so that either registry can take over the other's topic. Throws on any other record: the
 * caller counts it and goes on.
 */
export const decodeRecord = ({ key, value }: EncodedRecord): LogRecord => {
  const parsed = keyShape.parse(JSON.parse(key))
  const body: unknown = value === null ? null : JSON.parse(value)
  const read = <T>(shape: z.ZodType<T>): T | null => (body === null ? null : shape.parse(body))
  switch (parsed.keytype) {
    case 'SCHEMA': {
      const { subject, version } = parsed
      const stored = read(valueShapes.SCHEMA)
      return { kind: 'schema', subject, version, value: stored && versionOf(stored) }
    }
    case 'CONFIG': {
      const stored = read(valueShapes.CONFIG)
      return { kind: 'config', subject: parsed.subject ?? null, value: stored && configOf(stored) }
    }
    case 'MODE':
      return {
        kind: 'mode',
        subject: parsed.subject ?? null,
        value: read(valueShapes.MODE)?.mode ?? null,
      }
    case 'DELETE_SUBJECT':
      return {
        kind: 'delete-subject',
        subject: parsed.subject,
        value: read(valueShapes.DELETE_SUBJECT),
      }
    case 'HIGHEST_ID':
      return { kind: 'highest-id', value: read(valueShapes.HIGHEST_ID) }
    case 'NOOP':
      return { kind: 'noop' }
  }
}

const encode = (key: object, value: object | null): EncodedRecord => ({
  key: JSON.stringify(key),
  value: value === null ? null : JSON.stringify(value),
})

const encodeSchema = (record: Extract<LogRecord, { kind: 'schema' }>): EncodedRecord => {
  const { subject, version, value } = record
  const key = { keytype: 'SCHEMA', subject, version, magic: 1 }
  if (value === null) return encode(key, null)
  const { id, schema, schemaType, references, deleted } = value
  return encode(key, {
    subject,
    version,
    id,
    ...(schemaType === 'AVRO' ? {} : { schemaType }),
    ...(references.length === 0 ? {} : { references }),
    schema,
    deleted,
  })
}

/** Writes a record in Confluent's format. Compaction compares keys as bytes, so the order of a key's members is Confluent's too. */
export const encodeRecord = (record: LogRecord): EncodedRecord => {
  switch (record.kind) {
    case 'schema':
      return encodeSchema(record)
    case 'config':
      return encode({ keytype: 'CONFIG', subject: record.subject, magic: 0 }, record.value)
    case 'mode':
      return encode(
        { keytype: 'MODE', subject: record.subject, magic: 0 },
        record.value === null ? null : { mode: record.value },
      )
    case 'delete-subject':
      return encode(
        { keytype: 'DELETE_SUBJECT', subject: record.subject, magic: 0 },
        record.value === null ? null : { subject: record.subject, version: record.value.version },
      )
    case 'highest-id':
      return encode({ keytype: 'HIGHEST_ID', magic: 0 }, record.value)
    case 'noop':
      return encode({ keytype: 'NOOP', magic: 0 }, null)
  }
}
