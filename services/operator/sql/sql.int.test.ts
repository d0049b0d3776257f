import { type ExecFileException, execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, inject, test } from 'vitest'

const { url, user, password } = inject('stack').clickhouse
const main = fileURLToPath(new URL('main.ts', import.meta.url))

interface Said {
  readonly code: number | string | null | undefined
  readonly out: string
  readonly failure: string
}

/** Runs the command as a person would, with text on its standard input. */
const sql = (words: readonly string[], typed = '', address = url): Promise<Said> =>
  new Promise((resolve) => {
    const env = {
      ...process.env,
      CLICKHOUSE_URL: address,
      CLICKHOUSE_USER: user,
      CLICKHOUSE_PASSWORD: password,
      CLICKHOUSE_DATABASE: 'default',
    }
    const ended = (error: ExecFileException | null, out: string, failure: string): void =>
      resolve({ code: error?.code ?? 0, out, failure })
    execFile(process.execPath, [main, ...words], { env }, ended).stdin?.end(typed)
  })

test('a question is answered as a table', async () => {
  const { code, out } = await sql(['-q', "SELECT 7 AS seven, ';' AS semicolon"])
  expect(code).toBe(0)
  expect(out).toMatch(/┌─seven─┬─semicolon─┐\n.*│ +7 │ ; +│\n +└─+┴─+┘/)
})

test('statements on standard input are answered in turn, up to the first that fails', async () => {
  const { code, out, failure } = await sql(['--format', 'TSV'], 'SELECT 1;\nSELECT x;\nSELECT 3')
  expect([code, out]).toEqual([1, '1\n'])
  expect(failure).toMatch(/^ClickHouse 47: .*\n$/)
  expect(failure).not.toContain('version')
})

test('nothing is changed unless one says so', async () => {
  const table = 'CREATE TABLE sql_command_test (a UInt8) ENGINE = Memory'
  const refused = await sql(['-q', table])
  expect(refused.code).toBe(1)
  expect(refused.failure).toContain('readonly')
  expect(await sql(['--write'], `${table}; DROP TABLE sql_command_test;`)).toMatchObject({
    code: 0,
  })
})

test('a user who is read-only by profile is asked as such', async () => {
  const asked: string[] = []
  const refusal =
    "Code: 164. DB::Exception: Cannot modify 'readonly' setting in readonly mode. (READONLY) (version 26.7.1.1)"
  const server = createServer(({ url: path = '' }, answer) => {
    asked.push(path)
    const isRefused = path.includes('readonly=')
    answer.writeHead(isRefused ? 500 : 200).end(isRefused ? refusal : 'yes\n')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    const { code, out } = await sql(['-q', 'SELECT 1'], '', `http://127.0.0.1:${port}`)
    expect([code, out, asked.length]).toEqual([0, 'yes\n', 2])
  } finally {
    server.close()
  }
})

test('a ClickHouse that is away is told in a line', async () => {
  const { code, failure } = await sql(['-q', 'SELECT 1'], '', 'http://127.0.0.1:1')
  expect([code, failure]).toEqual([1, 'ClickHouse does not answer at http://127.0.0.1:1\n'])
})
