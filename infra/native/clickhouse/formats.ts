const JSON_TYPE = 'application/json; charset=UTF-8'
const NDJSON_TYPE = 'application/x-ndjson; charset=UTF-8'
const TSV_TYPE = 'text/tab-separated-values; charset=UTF-8'
const BYTES_TYPE = 'application/octet-stream'
const TEXT_TYPE = 'text/plain; charset=UTF-8'

const KINDS: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:PrettyJSONEachRow|PrettyNDJSON|(?:JSON|NDJSON).*(?:EachRow|Lines).*|JSONLines|NDJSON)$/,
    NDJSON_TYPE,
  ],
  [/^JSON/, JSON_TYPE],
  [/^(?:TabSeparated|TSV|TSKV|Raw)/, TSV_TYPE],
  [/^CSVWithNames/, 'text/csv; charset=UTF-8; header=present'],
  [/^CSV/, 'text/csv; charset=UTF-8; header=absent'],
  [/^XML$/, 'application/xml; charset=UTF-8'],
  [/^Markdown$/, 'text/markdown; charset=UTF-8'],
  [
    /^(?:RowBinary|Native|Parquet|ORC|Arrow|Avro|Protobuf|CapnProto|MsgPack|BSON|Npy|RawBLOB|Buffers)/,
    BYTES_TYPE,
  ],
]

/** The Content-Type of a result, by the name of its format. */
export const contentTypeOf = (format: string): string =>
  KINDS.find(([names]) => names.test(format))?.[1] ?? TEXT_TYPE
