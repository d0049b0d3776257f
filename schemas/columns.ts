/** What the sink writes beside the record's own fields. */
export type Envelope =
  | 'topic'
  | 'partition'
  | 'offset'
  | 'arrivedAtMs'
  | 'piiVersion'
  | 'piiCounts'
  | 'redactionFailed'
  | 'isRepeat'

/** Where a column's value comes from: a path into the Avro record, or the envelope. */
export type ColumnSource =
  | { readonly kind: 'field'; readonly path: readonly string[] }
  | { readonly kind: 'envelope'; readonly value: Envelope }

/** One ClickHouse column and its source. */
export interface Column {
  readonly name: string
  /** ClickHouse type. */
  readonly type: string
  readonly comment: string
  readonly source: ColumnSource
}

type Avro = string | Avro[] | AvroObject
interface AvroObject {
  readonly type: Avro
  readonly logicalType?: string
  readonly name?: string
  readonly doc?: string
  readonly pii?: boolean | string
  readonly fields?: readonly (AvroObject & { readonly name: string })[]
  readonly items?: Avro
  readonly values?: Avro
}
type Named = Map<string, AvroObject>

const scalars: Readonly<Record<string, string>> = {
  boolean: 'Bool',
  int: 'Int32',
  long: 'Int64',
  float: 'Float32',
  double: 'Float64',
  string: 'String',
  bytes: 'String',
}

/** Few distinct values, so a dictionary pays. */
const fewWords = new Set(
  'tenant client workload model servedBy role routeReason finishReason kind author source cause state verdict stage feature statistic language collection mediaType format'.split(
    ' ',
  ),
)

const snakeCase = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([a-z])(\d{3,})/g, '$1_$2')
    .toLowerCase()

const isTime = (schema: Avro): boolean =>
  typeof schema === 'object' && !Array.isArray(schema) && schema.logicalType === 'timestamp-millis'

const columnName = (field: AvroObject & { name: string }): string =>
  snakeCase(isTime(field.type) ? field.name.replace(/Ms$/, '') : field.name)

const recordOf = (schema: Avro, named: Named): AvroObject | undefined => {
  if (typeof schema === 'string') return named.get(schema)
  if (Array.isArray(schema) || schema.fields === undefined) return undefined
  if (schema.name !== undefined) named.set(schema.name, schema)
  return schema
}

const unionType = (branches: readonly Avro[], named: Named): string => {
  const [type] = branches.filter((branch) => branch !== 'null')
  if (branches.length !== 2 || type === undefined)
    throw new TypeError('only unions of null and one type fit a column')
  return `Nullable(${typeOf(type, named)})`
}

const typeOf = (schema: Avro, named: Named): string => {
  if (Array.isArray(schema)) return unionType(schema, named)
  const record = recordOf(schema, named)
  if (record?.fields !== undefined) {
    const parts = record.fields.map((field) => `${columnName(field)} ${typeOf(field.type, named)}`)
    return `Tuple(${parts.join(', ')})`
  }
  if (typeof schema === 'string') return scalars[schema] ?? schema
  if (isTime(schema)) return "DateTime64(3, 'UTC')"
  if (schema.items !== undefined) return `Array(${typeOf(schema.items, named)})`
  if (schema.values !== undefined) return `Map(String, ${typeOf(schema.values, named)})`
  return typeOf(schema.type, named)
}

/** The columns of a record, nested records flattened, in the order of its fields. */
export const columnsOf = (record: AvroObject, named: Named, path: readonly string[]): Column[] =>
  (record.fields ?? []).flatMap((field) => {
    const nested = recordOf(field.type, named)
    if (nested !== undefined) return columnsOf(nested, named, [...path, field.name])
    const type = typeOf(field.type, named)
    return [
      {
        name: [...path.map(snakeCase), columnName(field)].join('_'),
        type: type === 'String' && fewWords.has(field.name) ? 'LowCardinality(String)' : type,
        comment: field.doc ?? '',
        source: { kind: 'field', path: [...path, field.name] } as const,
      },
    ]
  })

const envelope = (name: string, type: string, value: Envelope, comment: string): Column => ({
  name,
  type,
  comment,
  source: { kind: 'envelope', value },
})

/** Where the row came from, in every table. */
export const positionColumns: readonly Column[] = [
  envelope('kafka_partition', 'Int32', 'partition', 'Partition of the record.'),
  envelope('kafka_offset', 'Int64', 'offset', 'Offset of the record: a row for each, never two.'),
  envelope('arrived_at', "DateTime64(3, 'UTC')", 'arrivedAtMs', 'When Kafka took the record.'),
]
/** What redaction did, in tables with personal data. */
export const privacyColumns: readonly Column[] = [
  envelope(
    'redaction_version',
    'LowCardinality(String)',
    'piiVersion',
    'PII engine that redacted it.',
  ),
  envelope(
    'redaction_counts',
    'Map(String, Int32)',
    'piiCounts',
    'Personal data masked on the way here, by type.',
  ),
  envelope(
    'redaction_failed',
    'String',
    'redactionFailed',
    'Why a body was stored empty instead of redacted.',
  ),
]
/** Marks a request id that came again. */
export const repeatColumn = envelope(
  'is_repeat',
  'Bool',
  'isRepeat',
  'True when an earlier record has the same request id; views leave it out.',
)
