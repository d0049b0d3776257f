import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DoorUnderTest, startDoor } from './door-under-test.ts'

const QUIET = { level: ClickHouseLogLevel.OFF }
let door: DoorUnderTest
let clickhouse: ReturnType<typeof createClient>

beforeAll(async () => {
  door = await startDoor({ CLICKHOUSE_PASSWORD: 'secret' })
  clickhouse = createClient({ url: door.url, password: 'secret', log: QUIET })
})
afterAll(async () => {
  await clickhouse?.close()
  await door?.[Symbol.asyncDispose]()
})

const fresh = async (columns: string): Promise<string> => {
  const table = `t_${randomUUID().replaceAll('-', '')}`
  await clickhouse.command({
    query: `CREATE TABLE ${table} (${columns}) ENGINE = MergeTree ORDER BY a`,
  })
  return table
}
const rowsOf = async (query: string, options: object = {}): Promise<unknown[]> =>
  (await clickhouse.query({ query, format: 'JSONEachRow', ...options })).json()

test('answers a ping, with and without a query', async () => {
  expect(await clickhouse.ping()).toEqual({ success: true })
  expect(await clickhouse.ping({ select: true })).toEqual({ success: true })
})

test('inserts arrays, streams and CSV', async () => {
  const table = await fresh('a UInt32, s String')
  const array = await clickhouse.insert({
    table,
    values: [
      { a: 1, s: 'é\n\n; DROP' },
      { a: 2, s: '' },
    ],
    format: 'JSONEachRow',
  })
  expect(array.summary).toMatchObject({ written_rows: '2' })
  const objects = Readable.from([
    { a: 3, s: 'c' },
    { a: 4, s: 'd' },
  ])
  await clickhouse.insert({ table, values: objects, format: 'JSONEachRow' })
  const csv = Readable.from(['5,"e ""x"""\n', '6,f'], { objectMode: false })
  await clickhouse.insert({ table, values: csv, format: 'CSV', columns: ['a', 's'] })
  expect(await rowsOf(`SELECT * FROM ${table} ORDER BY a`)).toEqual([
    { a: 1, s: 'é\n\n; DROP' },
    { a: 2, s: '' },
    { a: 3, s: 'c' },
    { a: 4, s: 'd' },
    { a: 5, s: 'e "x"' },
    { a: 6, s: 'f' },
  ])
})

test('takes binary rows with any bytes, 0A 0A among them', async () => {
  const table = await fresh('a UInt32, s String')
  const row = (a: number, s: string): Buffer => {
    const head = Buffer.alloc(5)
    head.writeUInt32LE(a)
    head[4] = s.length
    return Buffer.concat([head, Buffer.from(s)])
  }
  const body = Buffer.concat([row(0x0a0a0a0a, '\n\nDROP'), row(0x3b0a0a3b, "';\n\n"), row(7, '')])
  for (const chunks of [[body], [...body].map((byte) => Buffer.from([byte]))]) {
    const values = Readable.from(chunks, { objectMode: false })
    const query = `INSERT INTO ${table} (a, s) FORMAT RowBinary`
    const { stream } = await clickhouse.exec({ query, values })
    expect(await textOf(stream)).toBe('')
  }
  expect(await rowsOf(`SELECT s, count() AS n FROM ${table} GROUP BY s ORDER BY s`)).toEqual([
    { s: '', n: 2 },
    { s: '\n\nDROP', n: 2 },
    { s: "';\n\n", n: 2 },
  ])
})

test('never runs rows as SQL', async () => {
  const table = await fresh('a UInt32')
  const values = Readable.from([`{"a":1}\n\nDROP TABLE ${table}\n`], { objectMode: false })
  const query = `INSERT INTO ${table} FORMAT JSONEachRow`
  await expect(clickhouse.exec({ query, values })).rejects.toBeInstanceOf(ClickHouseError)
  const spaced = Readable.from(['{"a":3}\n\n{"a":4}\n\n\n{"a":5}'], { objectMode: false })
  await clickhouse.exec({ query, values: spaced })
  expect(await rowsOf(`SELECT a FROM ${table} ORDER BY a`)).toEqual([{ a: 3 }, { a: 4 }, { a: 5 }])
})

test('binds parameters, short and long, in the address and in a form', async () => {
  const query =
    'SELECT {text:String} AS text, {list:Array(UInt32)} AS list, {none:Nullable(String)} AS none'
  const hard = "it's \\ \t\n a `name` \0 é {x} ;"
  const query_params = { text: hard, list: [1, 2], none: null }
  const wanted = [{ text: hard, list: [1, 2], none: null }]
  expect(await rowsOf(query, { query_params })).toEqual(wanted)
  expect(await rowsOf(query, { query_params, use_multipart_params: true })).toEqual(wanted)
  const long = 'x'.repeat(600_000)
  const lengths = await rowsOf('SELECT length({text:String}) AS n', {
    query_params: { text: long },
    use_multipart_params: true,
  })
  expect(lengths).toEqual([{ n: long.length }])
})

test('applies settings to one query only', async () => {
  const query = "SELECT getSetting('max_threads') AS n, getSetting('async_insert') AS a"
  const clickhouse_settings = { max_threads: 3, async_insert: 1 } as const
  expect(await rowsOf(query, { clickhouse_settings })).toEqual([{ n: 3, a: true }])
  expect(await rowsOf(query)).toEqual([{ n: expect.anything(), a: false }])
  expect(await rowsOf(query)).not.toEqual([{ n: 3, a: false }])
})

test('keeps a session: settings, temporary tables, its own lock', async () => {
  const session_id = randomUUID()
  await clickhouse.command({ query: 'CREATE TEMPORARY TABLE mine (a UInt8)', session_id })
  await clickhouse.command({ query: 'SET max_threads = 5', session_id })
  await clickhouse.insert({ table: 'mine', values: [{ a: 1 }], format: 'JSONEachRow', session_id })
  const query = "SELECT a, getSetting('max_threads') AS n FROM mine"
  expect(await rowsOf(query, { session_id, clickhouse_settings: { max_threads: 2 } })).toEqual([
    { a: 1, n: 2 },
  ])
  expect(await rowsOf(query, { session_id })).toEqual([{ a: 1, n: 5 }])
  await expect(rowsOf(query)).rejects.toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' })
  const reading = { session_id, clickhouse_settings: { readonly: '1' } } as const
  expect(await rowsOf(query, reading)).toEqual([{ a: 1, n: 5 }])
  await expect(clickhouse.command({ query: 'DROP TABLE mine', ...reading })).rejects.toMatchObject({
    type: 'READONLY',
  })
  const both = await Promise.allSettled(
    [1, 2].map(() => rowsOf('SELECT sleep(0.5)', { session_id })),
  )
  const refused = both.filter(({ status }) => status === 'rejected')
  expect(refused).toMatchObject([{ reason: { code: '373', type: 'SESSION_IS_LOCKED' } }])
})

test.each(['gzip', 'br', 'zstd'] as const)('compresses both ways with %s', async (codec) => {
  const compressed = createClient({
    url: door.url,
    password: 'secret',
    log: QUIET,
    compression: { request: { codec }, response: { codec } },
  })
  const table = await fresh('a UInt32, s String')
  const values = Array.from({ length: 5000 }, (_, a) => ({ a, s: `row ${a}\n\n` }))
  await compressed.insert({ table, values, format: 'JSONEachRow' })
  const result = await compressed.query({
    query: `SELECT * FROM ${table} ORDER BY a`,
    format: 'JSONEachRow',
  })
  expect(result.response_headers['content-encoding']).toBe(codec)
  expect(await result.json()).toEqual(values)
  await compressed.close()
})

test('gives typed errors', async () => {
  await expect(rowsOf('SELECT * FROM nope')).rejects.toMatchObject({
    code: '60',
    type: 'UNKNOWN_TABLE',
  })
  await expect(rowsOf('selec 1')).rejects.toMatchObject({ code: '62', type: 'SYNTAX_ERROR' })
  await expect(rowsOf('SELECT nope')).rejects.toMatchObject({
    code: '47',
    type: 'UNKNOWN_IDENTIFIER',
  })
  await expect(rowsOf('SELECT 1; SELECT 2')).rejects.toMatchObject({ code: '62' })
  await expect(
    rowsOf('SELECT sleep(1)', { clickhouse_settings: { max_execution_time: 0.1 } }),
  ).rejects.toMatchObject({ code: '159', type: 'TIMEOUT_EXCEEDED' })
  const intruder = createClient({ url: door.url, password: 'guess', log: QUIET })
  await expect(intruder.query({ query: 'SELECT 1' })).rejects.toMatchObject({
    code: '516',
    type: 'AUTHENTICATION_FAILED',
  })
  await intruder.close()
})

test('streams a large result and tells of an error in the middle of it', async () => {
  const streamed = async (query: string): Promise<number> => {
    const result = await clickhouse.query({ query, format: 'JSONEachRow' })
    let rows = 0
    for await (const some of result.stream()) rows += some.length
    return rows
  }
  expect(await streamed("SELECT number, repeat('x', 100) AS s FROM numbers(200000)")).toBe(200_000)
  const failing = 'SELECT number, throwIf(number = 1500000) AS bad FROM numbers(2000000)'
  await expect(streamed(failing)).rejects.toMatchObject({
    code: '395',
    type: 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO',
  })
})

test('stops working for a client that has gone away', async () => {
  const abort = new AbortController()
  const query_id = randomUUID()
  const running = clickhouse.query({
    query: 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(number)',
    format: 'JSONEachRow',
    abort_signal: abort.signal,
    query_id,
  })
  const processes = (): Promise<unknown[]> =>
    rowsOf(`SELECT 1 FROM system.processes WHERE Settings['log_comment'] = '${query_id}'`)
  await expect.poll(processes, { timeout: 10_000 }).toHaveLength(1)
  abort.abort()
  await expect(running).rejects.toThrow()
  await expect.poll(processes, { timeout: 10_000 }).toHaveLength(0)
})

test('runs eight queries at once', async () => {
  const started = performance.now()
  await Promise.all(Array.from({ length: 8 }, () => rowsOf('SELECT sleep(1.5)')))
  expect(performance.now() - started).toBeLessThan(8 * 1500)
  const many = Array.from({ length: 40 }, (_, n) => rowsOf(`SELECT ${n} AS n`))
  expect((await Promise.all(many)).flat()).toEqual(Array.from({ length: 40 }, (_, n) => ({ n })))
})

test('deduplicates by token', async () => {
  const table = await fresh('a UInt32')
  await clickhouse.command({
    query: `ALTER TABLE ${table} MODIFY SETTING non_replicated_deduplication_window = 100`,
  })
  const insert = (token: string): Promise<unknown> =>
    clickhouse.insert({
      table,
      values: [{ a: 1 }],
      format: 'JSONEachRow',
      clickhouse_settings: { insert_deduplication_token: token },
    })
  for (const token of ['x', 'x', 'y']) await insert(token)
  expect(await rowsOf(`SELECT count() AS n FROM ${table}`)).toEqual([{ n: 2 }])
})
