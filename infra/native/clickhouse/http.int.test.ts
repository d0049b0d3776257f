import { randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DoorUnderTest, startDoor } from './door-under-test.ts'

let door: DoorUnderTest
beforeAll(async () => {
  door = await startDoor()
})
afterAll(async () => {
  await door?.[Symbol.asyncDispose]()
})

interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}
const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(`${door.url}${path}`, init)
  return { status: response.status, text: await response.text(), headers: response.headers }
}
const post = (
  search: Record<string, string>,
  body: string | Uint8Array<ArrayBuffer>,
  headers = {},
): Promise<Answer> => ask(`/?${new URLSearchParams(search)}`, { method: 'POST', body, headers })
const get = (search: Record<string, string>): Promise<Answer> =>
  ask(`/?${new URLSearchParams(search)}`)

describe('addresses', () => {
  test.each([
    ['/ping', 200, 'Ok.\n'],
    ['/', 200, 'Ok.\n'],
    ['/replicas_status', 200, 'Ok.\n'],
  ])('%s', async (path, status, text) => {
    expect(await ask(path)).toMatchObject({ status, text })
  })
  test('/play is a page, /nope is none', async () => {
    const page = await ask('/play')
    expect(page.headers.get('content-type')).toBe('text/html; charset=UTF-8')
    expect(page.text).toContain('<textarea id="query"')
    expect(await ask('/nope')).toMatchObject({ status: 404 })
  })
})

describe('headers', () => {
  test('say which query, format, zone and cost', async () => {
    const { headers, text } = await get({
      query: 'SELECT 1 AS a FORMAT JSONEachRow',
      query_id: 'mine',
    })
    expect(text).toBe('{"a":1}\n')
    expect(headers.get('x-clickhouse-query-id')).toBe('mine')
    expect(headers.get('x-clickhouse-format')).toBe('JSONEachRow')
    expect(headers.get('x-clickhouse-timezone')).not.toBe('')
    expect(headers.get('x-clickhouse-server-display-name')).toBe('flywheel')
    expect(JSON.parse(headers.get('x-clickhouse-summary') ?? '')).toMatchObject({ read_rows: '1' })
  })
  test('take the format from the query, the address, a header, or TSV', async () => {
    const query = 'SELECT 1 AS a'
    expect((await get({ query })).text).toBe('1\n')
    expect((await get({ query, default_format: 'JSONEachRow' })).text).toBe('{"a":1}\n')
    expect((await post({}, query, { 'X-ClickHouse-Format': 'CSVWithNames' })).text).toBe('"a"\n1\n')
    expect((await get({ query: `${query} FORMAT CSV`, default_format: 'JSON' })).text).toBe('1\n')
  })
  test('name the exception', async () => {
    const { status, headers, text } = await post({}, 'SELECT * FROM nope')
    expect([status, headers.get('x-clickhouse-exception-code')]).toEqual([404, '60'])
    expect(text).toMatch(/^Code: 60\. DB::Exception: .*\(UNKNOWN_TABLE\) \(version [\d.]+\)\n$/s)
  })
})

describe('inserts', () => {
  const fresh = async (columns = 'a UInt32, s String'): Promise<string> => {
    const table = `t_${randomUUID().replaceAll('-', '')}`
    await post({}, `CREATE TABLE ${table} (${columns}) ENGINE = MergeTree ORDER BY a`)
    return table
  }
  const rows = async (table: string): Promise<string> =>
    (await post({}, `SELECT * FROM ${table} ORDER BY ALL FORMAT CSV`)).text

  test.each([
    [
      'query in the address',
      (t: string) => [{ query: `INSERT INTO ${t} FORMAT CSV` }, '1,"x"\n2,"y"'] as const,
    ],
    ['all in the body', (t: string) => [{}, `INSERT INTO ${t} FORMAT CSV\n1,"x"\n2,"y"`] as const],
    [
      'half and half',
      (t: string) => [{ query: `INSERT INTO ${t}` }, 'FORMAT CSV\n1,"x"\n2,"y"'] as const,
    ],
    ['VALUES', (t: string) => [{}, `INSERT INTO ${t} VALUES (1, 'x'), (1 + 1, 'y');`] as const],
    [
      'VALUES in the address',
      (t: string) => [{ query: `INSERT INTO ${t} VALUES` }, "(1,'x'),(2,'y')"] as const,
    ],
    [
      'VALUES all in the address',
      (t: string) => [{ query: `INSERT INTO ${t} VALUES (1,'x'),(2,'y')` }, ''] as const,
    ],
    [
      'VALUES with a parameter',
      (t: string) =>
        [{ param_p: 'x' }, `INSERT INTO ${t} VALUES (1, {p:String}), (2, 'y')`] as const,
    ],
    [
      'input()',
      (t: string) =>
        [
          { query: `INSERT INTO ${t} SELECT n + 1, s FROM input('n UInt32, s String') FORMAT CSV` },
          '0,"x"\n1,"y"',
        ] as const,
    ],
  ])('%s', async (_, of) => {
    const table = await fresh()
    const [search, body] = of(table)
    expect(await post(search, body)).toMatchObject({ status: 200, text: '' })
    expect(await rows(table)).toBe('1,"x"\n2,"y"\n')
  })

  test('blank lines and SQL in VALUES are text', async () => {
    const table = await fresh()
    await post({}, `INSERT INTO ${table} VALUES (1, 'x\n\nDROP TABLE ${table};\n\n')`)
    expect(await rows(table)).toContain('DROP TABLE')
    const stray = await post({}, `INSERT INTO ${table} VALUES (2, ''); DROP TABLE ${table}`)
    expect(stray).toMatchObject({ status: 400 })
    expect(await rows(table)).not.toContain('2,""')
  })

  test('gzip both ways', async () => {
    const table = await fresh()
    const body = gzipSync('1,"x"\n2,"y"\n')
    const search = { query: `INSERT INTO ${table} FORMAT CSV` }
    expect(await post(search, body, { 'Content-Encoding': 'gzip' })).toMatchObject({ status: 200 })
    const cut = await post(search, body.subarray(0, -9), { 'Content-Encoding': 'gzip' })
    expect(cut.headers.get('x-clickhouse-exception-code')).toBe('354')
    expect(await rows(table)).toBe('1,"x"\n2,"y"\n')
    const raw = await new Promise<Buffer>((resolve, reject) => {
      const path = `${door.url}/?enable_http_compression=1&query=SELECT+1`
      httpRequest(path, { headers: { 'Accept-Encoding': 'gzip' } }, (response) => {
        response.toArray().then((chunks) => resolve(Buffer.concat(chunks)), reject)
      })
        .on('error', reject)
        .end()
    })
    expect(gunzipSync(raw).toString()).toBe('1\n')
  })

  test('a body that breaks off leaves nothing', async () => {
    const table = await fresh()
    const query = new URLSearchParams({ query: `INSERT INTO ${table} FORMAT CSV` })
    const sent = httpRequest(`${door.url}/?${query}`, {
      method: 'POST',
      headers: { 'Content-Length': '1000' },
    })
    const closed = new Promise<void>((resolve) => sent.once('close', resolve))
    sent.on('error', () => undefined)
    await new Promise<void>((resolve) => sent.write('1,"x"\n2,"y"\n', () => resolve()))
    sent.destroy()
    await closed
    expect((await post({}, `SELECT count() FROM ${table}`)).text).toBe('0\n')
  })

  test('a body far larger than a query may be', async () => {
    const table = await fresh()
    const body = Array.from({ length: 100_000 }, (_, a) => `${a},"row ${a}"\n`).join('')
    await post({}, `INSERT INTO ${table} FORMAT CSV\n${body}`)
    expect((await post({}, `SELECT count(), sum(a) FROM ${table}`)).text).toBe(
      '100000\t4999950000\n',
    )
  })
})

describe('refusals', () => {
  test.each([
    ['several statements', { query: 'SELECT 1; SELECT 2' }, 62, 400],
    ['an unknown setting', { query: 'SELECT 1', nope: '1' }, 115, 404],
    ['a setting that is none', { query: 'SELECT 1', 'a b': '1' }, 115, 404],
    ['writing by GET', { query: 'CREATE TABLE g (a UInt8) ENGINE = Memory' }, 164, 500],
    ['a role', { query: 'SELECT 1', role: 'r' }, 511, 404],
    ['native compression', { query: 'SELECT 1', compress: '1' }, 48, 501],
    ['an unknown database', { query: 'SELECT 1', database: 'nope' }, 81, 404],
    [
      'a session that must exist',
      { query: 'SELECT 1', session_id: 's', session_check: '1' },
      372,
      500,
    ],
    [
      'a session for too long',
      { query: 'SELECT 1', session_id: 's', session_timeout: '9999' },
      374,
      500,
    ],
    ['a file on the server', { query: "SELECT 1 INTO OUTFILE '/tmp/x'" }, 358, 500],
    ['nothing', { query: ' -- nothing' }, 62, 400],
  ])('%s', async (_, search, code, status) => {
    const answer = await get(search)
    expect([answer.headers.get('x-clickhouse-exception-code'), answer.status]).toEqual([
      String(code),
      status,
    ])
  })

  test('settings changed under readonly', async () => {
    const query = 'SELECT 1 SETTINGS max_threads = 1'
    expect((await post({ readonly: '1' }, query)).text).toContain('(READONLY)')
    expect((await post({ readonly: '2' }, query)).text).toBe('1\n')
    expect(
      (await post({ readonly: '2' }, 'CREATE TABLE r (a UInt8) ENGINE = Memory')).text,
    ).toContain('(READONLY)')
  })

  test('a query id that is taken', async () => {
    const query_id = randomUUID()
    const slow = get({ query: 'SELECT sleep(2)', query_id })
    const taken = async (): Promise<string | null> =>
      (await get({ query: 'SELECT 1', query_id })).headers.get('x-clickhouse-exception-code')
    await expect.poll(taken, { timeout: 1500 }).toBe('216')
    expect((await slow).status).toBe(200)
  })
})

test('waits for a slow reader instead of holding the result', async () => {
  const response = await fetch(`${door.url}/`, {
    method: 'POST',
    body: "SELECT number, repeat('x', 1000) FROM numbers(2000000) FORMAT JSONCompact",
  })
  const reader = response.body?.getReader()
  await reader?.read()
  const busy = (
    await post(
      {},
      "SELECT read_rows FROM system.processes WHERE query LIKE '%JSONCompact%' AND query NOT LIKE '%system.processes%'",
    )
  ).text
  expect(Number(busy)).toBeGreaterThan(0)
  expect(Number(busy)).toBeLessThan(2_000_000)
  await reader?.cancel()
})

test('tells of an error in the middle in a tagged block', async () => {
  const { status, text, headers } = await post(
    {},
    "SELECT throwIf(number = 900000), repeat('x', 50) FROM numbers(1000000) FORMAT TSV",
  )
  const tag = headers.get('x-clickhouse-exception-tag')
  expect(status).toBe(200)
  const block = text.slice(text.indexOf('\r\n__exception__'))
  const [, message = '', size] =
    new RegExp(
      `^\\r\\n__exception__\\r\\n${tag}\\r\\n(.*\\n)(\\d+) ${tag}\\r\\n__exception__\\r\\n$`,
      's',
    ).exec(block) ?? []
  expect(message).toContain('Code: 395.')
  expect(Buffer.byteLength(message)).toBe(Number(size))
})

test('gives an error its own status when nothing has been sent, or everything is held back', async () => {
  const early = await post({}, 'SELECT throwIf(number = 10) FROM numbers(100)')
  expect([early.status, early.headers.get('x-clickhouse-exception-code')]).toEqual([500, '395'])
  const query = 'SELECT throwIf(number = 900000) FROM numbers(1000000)'
  expect((await post({ wait_end_of_query: '1' }, query)).status).toBe(500)
})
