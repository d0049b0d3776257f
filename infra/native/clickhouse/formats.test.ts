import { expect, test } from 'vitest'
import { contentTypeOf } from './formats.ts'

test.each([
  ['JSON', 'application/json'],
  ['JSONCompact', 'application/json'],
  ['JSONEachRow', 'application/x-ndjson'],
  ['JSONCompactEachRowWithNames', 'application/x-ndjson'],
  ['TSV', 'text/tab-separated-values'],
  ['TabSeparatedWithNames', 'text/tab-separated-values'],
  ['CSV', 'text/csv; charset=UTF-8; header=absent'],
  ['CSVWithNames', 'text/csv; charset=UTF-8; header=present'],
  ['RowBinary', 'application/octet-stream'],
  ['Parquet', 'application/octet-stream'],
  ['Pretty', 'text/plain'],
])('%s', (format, type) => {
  expect(contentTypeOf(format)).toContain(type)
})
