import { expect, test } from 'vitest'
import { decodeRecord, encodeRecord, type LogRecord } from './log-record.ts'

const records: readonly (readonly [LogRecord, key: string, value: string | null])[] = [
  [
    {
      kind: 'schema',
      subject: 's',
      version: 2,
      value: { id: 7, schema: '"int"', schemaType: 'AVRO', references: [], deleted: false },
    },
    '{"keytype":"SCHEMA","subject":"s","version":2,"magic":1}',
    '{"subject":"s","version":2,"id":7,"schema":"\\"int\\"","deleted":false}',
  ],
  [
    {
      kind: 'schema',
      subject: 's',
      version: 1,
      value: {
        id: 8,
        schema: '"A"',
        schemaType: 'AVRO',
        references: [{ name: 'A', subject: 'a', version: 1 }],
        deleted: true,
      },
    },
    '{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}',
    '{"subject":"s","version":1,"id":8,"references":[{"name":"A","subject":"a","version":1}],"schema":"\\"A\\"","deleted":true}',
  ],
  [
    { kind: 'schema', subject: 's', version: 1, value: null },
    '{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}',
    null,
  ],
  [
    { kind: 'config', subject: null, value: { compatibilityLevel: 'FULL_TRANSITIVE' } },
    '{"keytype":"CONFIG","subject":null,"magic":0}',
    '{"compatibilityLevel":"FULL_TRANSITIVE"}',
  ],
  [
    { kind: 'config', subject: 's', value: null },
    '{"keytype":"CONFIG","subject":"s","magic":0}',
    null,
  ],
  [
    { kind: 'mode', subject: 's', value: 'READONLY' },
    '{"keytype":"MODE","subject":"s","magic":0}',
    '{"mode":"READONLY"}',
  ],
  [
    { kind: 'delete-subject', subject: 's', value: { version: 3 } },
    '{"keytype":"DELETE_SUBJECT","subject":"s","magic":0}',
    '{"subject":"s","version":3}',
  ],
  [{ kind: 'highest-id', value: { id: 9 } }, '{"keytype":"HIGHEST_ID","magic":0}', '{"id":9}'],
  [{ kind: 'noop' }, '{"keytype":"NOOP","magic":0}', null],
]

test.each(records)('%j is written as Confluent writes it, and read back', (record, key, value) => {
  expect(encodeRecord(record)).toEqual({ key, value })
  const read = decodeRecord({ key, value })
  expect(read).toMatchObject(record)
})

test('reads what newer versions of Confluent add', () => {
  const value = JSON.stringify({
    subject: 's',
    version: 1,
    id: 1,
    md5: 'x',
    schemaType: 'JSON',
    schema: '{}',
    deleted: false,
  })
  expect(
    decodeRecord({ key: '{"magic":1,"version":1,"subject":"s","keytype":"SCHEMA"}', value }),
  ).toMatchObject({ value: { schemaType: 'JSON', references: [] } })
})

test.each(['', 'x', '{}', '{"keytype":"OTHER"}'])('the key %j is refused', (key) => {
  expect(() => decodeRecord({ key, value: null })).toThrow()
})
