import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { type RawRecord, RowWriter } from '#kit'
import { rawRecord } from '#kit/testing'
import { deadLettersTable } from '#schemas'
import { deadLetterRows } from './dead-letters.ts'

/** Reads one RowBinary value of a ClickHouse type; returns it and where the next begins. */
const readValue = (bytes: Buffer, at: number, type: string): readonly [string | bigint, number] => {
  if (type === 'Int32') return [BigInt(bytes.readInt32LE(at)), at + 4]
  if (type === 'Int64' || type.startsWith('DateTime64')) return [bytes.readBigInt64LE(at), at + 8]
  if (!type.includes('String')) throw new Error(`no reader for ${type}`)
  let [length, shift, next] = [0, 0, at]
  for (let byte = 0x80; byte >= 0x80; shift += 7) {
    byte = bytes.readUInt8(next++)
    length += (byte & 0x7f) << shift
  }
  return [bytes.subarray(next, next + length).toString(), next + length]
}

const input = deadLetterRows('curator')

/** The row of a dead letter by the table's own columns and types, which must take up all its bytes. */
const rowOf = (record: RawRecord): Readonly<Record<string, string | bigint>> => {
  const writer = new RowWriter()
  const transcoder = input.transcoder(async () => undefined)
  expect(transcoder.append(record, writer, false)).toBeUndefined()
  const bytes = writer.written()
  const row: Record<string, string | bigint> = {}
  let at = 0
  for (const [name, type] of deadLettersTable.columns) [row[name], at] = readValue(bytes, at, type)
  expect(at).toBe(bytes.length)
  return row
}

const headersOf = (words: Readonly<Record<string, string>>): Record<string, Buffer> =>
  Object.fromEntries(
    Object.entries(words).map(([name, text]) => [`__connect.errors.${name}`, Buffer.from(text)]),
  )

const letter = (words: Readonly<Record<string, string>>, value: Buffer | null = null) =>
  rawRecord('curator.dead-letters', 7n, { value, headers: headersOf(words), timestampMs: 1234 })

describe('a dead letter', () => {
  test('becomes a row of who, why, whence and how large, without its body', () => {
    const body = Buffer.from('{"mail":"jane.doe@example.com"}')
    const row = rowOf(
      letter(
        {
          topic: 'inference-logs',
          partition: '3',
          offset: '9007199254740991',
          stage: 'TRANSFORMATION',
          'exception.class.name': 'Reject',
          'exception.message': 'no request id',
        },
        body,
      ),
    )
    expect(row).toEqual({
      service: 'curator',
      reason: 'no request id',
      message: 'TRANSFORMATION Reject',
      source_topic: 'inference-logs',
      source_partition: 3n,
      source_offset: 9007199254740991n,
      size_bytes: BigInt(body.length),
      kafka_topic: 'curator.dead-letters',
      kafka_partition: 0n,
      kafka_offset: 7n,
      arrived_at: 1234n,
    })
  })

  test('of a stranger, without headers or value, is one too', () => {
    expect(rowOf(letter({}))).toMatchObject({
      reason: '',
      message: '',
      source_topic: '',
      source_partition: -1n,
      source_offset: -1n,
      size_bytes: 0n,
    })
    const odd = letter({ partition: 'x', offset: '1e99' })
    expect(rowOf(odd)).toMatchObject({ source_partition: -1n, source_offset: -1n })
  })

  test('is masked before it is cut, so that nothing shows half', () => {
    const long = `${'a word '.repeat(27)}jane.doe@example.com and more`
    const { reason } = rowOf(letter({ 'exception.message': long }))
    expect(String(reason)).toHaveLength(200)
    expect(String(reason)).not.toContain('jane')
  })

  test('writes to the columns of the table, in their order', () => {
    expect(input).toMatchObject({ topic: 'curator.dead-letters', table: 'dead_letters' })
    expect(input.columns).toEqual(deadLettersTable.columns.map(([name]) => name))
  })
})

const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constantFrom('jane.doe@example.com', '4111 1111 1111 1111', '\ud83d', '-1', '2147483648'),
)

property.prop([
  fc.dictionary(
    fc.constantFrom('topic', 'partition', 'offset', 'stage', 'exception.message'),
    word,
    { noNullPrototype: true },
  ),
  fc.option(fc.uint8Array({ maxLength: 100 })),
])('any headers and any value make one whole row without personal data', (words, value) => {
  const row = rowOf(letter(words, value === null ? null : Buffer.from(value)))
  for (const column of Object.values(row)) {
    expect(String(column)).not.toMatch(/jane\.doe@example\.com|4111 1111 1111 1111/)
    if (typeof column === 'string') {
      expect(column.length).toBeLessThanOrEqual(200)
      expect(column.isWellFormed()).toBe(true)
    }
  }
  expect(row['size_bytes']).toBe(BigInt(value?.length ?? 0))
})
