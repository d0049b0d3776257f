import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { ClickHouse } from '#kit'
import { forgottenRows } from './forgotten-rows.ts'

const database = `forgotten_${randomUUID().replaceAll('-', '')}`
const { url, user, password } = inject('stack').clickhouse
let client: ClickHouseClient
let asked: string[] = []
let nowMs = 1_000_000

const run = (query: string) => client.command({ query })

/** The statements of the tables, in a database of this test alone. */
const statements = ['01-tables.sql', '06-forgotten.sql'].flatMap((file) =>
  readFileSync(new URL(`../../../infra/clickhouse/${file}`, import.meta.url), 'utf8')
    .split(/;\n/)
    .map((statement) => statement.replace(/^--.*$/gm, '').trim())
    .filter((statement) => /^CREATE TABLE/.test(statement))
    .map((statement) => statement.replace('flywheel.', `${database}.`)),
)

beforeAll(async () => {
  const root = createClient({ url, username: user, password })
  await root.command({ query: `CREATE DATABASE ${database}` })
  await root.close()
  client = createClient({ url, username: user, password, database })
  for (const statement of statements) await run(statement)
})

afterAll(async () => {
  await run(`DROP DATABASE IF EXISTS ${database}`)
  await client.close()
})

const clickhouse: Pick<ClickHouse, 'query'> = {
  query: async (query, query_params = {}) => {
    asked.push(query)
    return (await client.query({ query, query_params, format: 'JSONEachRow' })).json()
  },
}
// Of ClickHouse the search only asks.
const world = forgottenRows({ clickhouse: () => clickhouse as ClickHouse, nowMs: () => nowMs })
const find = async (laterMs = 120_000) => {
  asked = []
  nowMs += laterMs
  const rows = await world.find(100, new AbortController().signal)
  return rows.map(({ table, subject, offset }) => `${table} ${subject} ${offset}`).sort()
}

const at = (second: number): string => `2026-01-02 00:00:0${second}.000`
const insert = async (table: string, rows: readonly object[]): Promise<void> => {
  await client.insert({ table, values: [...rows], format: 'JSONEachRow' })
}
const call = (offset: number, subject: string, second: number, month = '01') => ({
  ...{ request_id: `call ${offset}`, subject, workload: 'w', kafka_partition: 0 },
  ...{ kafka_offset: offset, event_time: at(second) },
  arrived_at: `2026-${month}-02 00:00:09.000`,
})
const tablesAsked = (): number => asked.filter((sql) => sql.includes('AS rows')).length

test('rows of the person up to the request are found, and later what is about their calls', async () => {
  await insert('inference_logs', [call(1, 'jane', 1), call(2, 'john', 1), call(3, 'jane', 4)])
  await insert(
    'observations',
    [call(5, '', 1), call(6, '', 1)].map(({ subject: _, ...row }) => ({
      ...row,
      request_id: 'call 1',
    })),
  )
  expect(await find()).toEqual([])
  expect(tablesAsked()).toBe(0)
  await insert('subjects_forgotten', [
    {
      subject: 'jane',
      requested_at: at(2),
      kafka_partition: 0,
      kafka_offset: 0,
      arrived_at: at(2),
    },
  ])
  expect(await find()).toEqual(['inference_logs jane 1'])
  await insert('forgotten_rows', [
    {
      ...{ subject: 'jane', table_name: 'inference_logs', kafka_partition: 0, kafka_offset: 1 },
      call: (
        (await (
          await client.query({
            query: `SELECT hex(sipHash128('call 1')) AS call`,
            format: 'JSONEachRow',
          })
        ).json()) as { call: string }[]
      )[0]?.call,
      found_at: at(3),
    },
  ])
  await run('ALTER TABLE inference_logs DELETE WHERE kafka_offset = 1 SETTINGS mutations_sync = 2')
  expect(await find()).toEqual(['observations jane 5', 'observations jane 6'])
  await run('ALTER TABLE observations DELETE WHERE 1 SETTINGS mutations_sync = 2')
  expect(await find()).toEqual([])
})

test('while nothing is new, no table is read; merges are nothing new', async () => {
  expect(await find()).toEqual([])
  expect(tablesAsked()).toBe(0)
  await insert('inference_logs', [call(7, 'john', 1)])
  expect(await find()).toEqual([])
  expect(tablesAsked()).toBeGreaterThan(0)
  await run('OPTIMIZE TABLE inference_logs FINAL')
  expect([await find(), tablesAsked()]).toEqual([[], 0])
})

test('what comes back is found: in a partition that was seen, and in a new one', async () => {
  await insert('inference_logs', [call(1, 'jane', 1)])
  expect(await find()).toEqual(['inference_logs jane 1'])
  // Found, but not deleted: the next look must not take it for seen.
  expect(await find()).toEqual(['inference_logs jane 1'])
  await run('ALTER TABLE inference_logs DELETE WHERE kafka_offset = 1 SETTINGS mutations_sync = 2')
  expect(await find()).toEqual([])
  await insert('inference_logs', [call(8, 'jane', 1, '02')])
  expect(await find()).toEqual(['inference_logs jane 8'])
  await run('ALTER TABLE inference_logs DELETE WHERE kafka_offset = 8 SETTINGS mutations_sync = 2')
  expect(await find()).toEqual([])
})

test('a new request, another state of the tables and an hour make the next look whole', async () => {
  expect([await find(), tablesAsked()]).toEqual([[], 0])
  await insert('subjects_forgotten', [
    {
      subject: 'john',
      requested_at: at(5),
      kafka_partition: 0,
      kafka_offset: 1,
      arrived_at: at(5),
    },
  ])
  expect(await find()).toEqual(['inference_logs john 2', 'inference_logs john 7'])
  await run("ALTER TABLE inference_logs DELETE WHERE subject = 'john' SETTINGS mutations_sync = 2")
  expect(await find()).toEqual([])
  expect([await find(), tablesAsked()]).toEqual([[], 0])
  expect(await find(3_600_000)).toEqual([])
  expect(tablesAsked()).toBeGreaterThan(0)
  expect([await find(), tablesAsked()]).toEqual([[], 0])
  await run('TRUNCATE TABLE inference_logs')
  await insert('inference_logs', [call(9, 'jane', 1)])
  expect(await find()).toEqual(['inference_logs jane 9'])
})
