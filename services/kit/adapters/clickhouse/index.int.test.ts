import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { ClickHouseError, Transient } from '../../errors.ts'
import { retriableCodes } from './failure.ts'
import { clickhouseHttp } from './index.ts'

const { url, user, password } = inject('stack').clickhouse
const options = { url, user, password, database: 'default', application: 'flywheel-test' }
const clickhouse = clickhouseHttp(options)
const table = `adapter_${randomUUID().replaceAll('-', '')}`

afterAll(async () => {
  await clickhouse.command(`DROP TABLE IF EXISTS ${table}`)
  await clickhouse.close()
})

describe('ClickHouse', () => {
  test('creates, inserts rows and bytes, and asks with parameters', async () => {
    await clickhouse.command(
      `CREATE TABLE ${table} (id UInt32, text String) ENGINE = MergeTree ORDER BY id
       SETTINGS non_replicated_deduplication_window = 100`,
    )
    await clickhouse.insertRows(table, [{ id: 1, text: "it's" }])
    const row = Buffer.from([2, 0, 0, 0, 3, 0x0a, 0x0a, 0x62])
    const insert = `INSERT INTO ${table} (id, text) FORMAT RowBinary`
    const settings = { insert_deduplication_token: 't1' }
    await clickhouse.exec(insert, row, { settings })
    await clickhouse.exec(insert, row, { settings })
    const query = `SELECT id, text FROM ${table} WHERE id >= {least:UInt32} ORDER BY id`
    expect(await clickhouse.query(query, { least: 1 })).toEqual([
      { id: 1, text: "it's" },
      { id: 2, text: '\n\nb' },
    ])
  })

  test('calls the codes that are waited for as we do', async () => {
    const rows = await clickhouse.query<{ code: number; name: string }>(
      'SELECT arrayJoin({codes:Array(UInt32)}) AS code, errorCodeToName(code) AS name',
      { codes: [...retriableCodes.keys()] },
    )
    expect(new Map(rows.map(({ code, name }) => [code, name]))).toEqual(retriableCodes)
  })

  test('shows counts as numbers', async () => {
    expect(await clickhouse.query('SELECT count() AS n FROM numbers(3)')).toEqual([{ n: 3 }])
  })

  test('names the code of a refused statement', async () => {
    const failure = await clickhouse.query('SELECT nothing_like_it').catch((error) => error)
    expect(failure).toBeInstanceOf(ClickHouseError)
    expect(failure.code).toBe(47)
  })

  test('waits for a table that is not there yet, and never quotes data', async () => {
    await expect(clickhouse.query('SELECT 1 FROM not_there_yet')).rejects.toBeInstanceOf(Transient)
    const failure = await clickhouse
      .insertRows(table, [{ id: 'private', text: '' }])
      .catch((error) => error)
    expect(String(failure)).not.toContain('private')
  })

  test('calls a dead server and a given-up statement transient', async () => {
    const nobody = clickhouseHttp({ ...options, url: 'http://127.0.0.1:1' })
    await expect(nobody.query('SELECT 1')).rejects.toBeInstanceOf(Transient)
    expect(await nobody.ping()).toBe(false)
    await nobody.close()
    const given = { signal: AbortSignal.timeout(50) }
    await expect(clickhouse.query('SELECT sleep(3)', {}, given)).rejects.toBeInstanceOf(Transient)
    expect(await clickhouse.ping()).toBe(true)
  })
})
