import { randomUUID } from 'node:crypto'
import { afterAll, expect, inject, test } from 'vitest'
import { ddl, statementsOf } from './apply.ts'
import { generateTables } from './generate.ts'
import { askOver } from './reconcile.ts'

const ask = askOver(inject('stack').clickhouse)
const suffix = randomUUID().slice(0, 8)
const older = `flywheel_older_${suffix}`
const fresh = `flywheel_fresh_${suffix}`

const applyTo = async (database: string, statements: readonly string[]): Promise<void> => {
  for (const statement of statements) await ask(statement.replaceAll('flywheel', database))
}

/** What an earlier release would have made: some columns fewer, and no setting but the first. */
const earlier = (sql: string): string =>
  sql
    .replace(/\n {2}(attributes|kind|finish_reason|title) .*,/g, '')
    .replace(/\nSETTINGS .*/, '\nSETTINGS non_replicated_deduplication_window = 100000')

const tablesOf = async (database: string) =>
  (
    await ask(
      `SELECT name, replaceAll(replaceOne(create_table_query, ', index_granularity = 8192', ''), '${database}', 'flywheel') AS sql
       FROM system.tables WHERE database = '${database}' ORDER BY name`,
    )
  ).map(({ name, sql }) => `${name}: ${sql}`)

afterAll(async () => {
  for (const database of [older, fresh]) await ask(`DROP DATABASE IF EXISTS ${database}`)
})

test('a database of an earlier release becomes that of this one and keeps its rows', async () => {
  const first = statementsOf(generateTables()).filter((sql) => sql.startsWith('CREATE'))
  await applyTo(older, first.map(earlier))
  const before = await tablesOf(older)
  await ask(
    `INSERT INTO ${older}.inference_logs (request_id, request, arrived_at) VALUES ('r', 'kept', now())`,
  )
  await applyTo(older, ddl())
  await applyTo(older, ddl())
  await applyTo(fresh, ddl())
  expect(before.join()).not.toContain('finish_reason')
  expect(await tablesOf(older)).toEqual(await tablesOf(fresh))
  const row = `SELECT request_id, request, finish_reason, attributes FROM ${older}.inference_logs`
  expect(await ask(row)).toEqual([
    { request_id: 'r', request: 'kept', finish_reason: '', attributes: {} },
  ])
})
