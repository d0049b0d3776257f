import { expect, inject, test } from 'vitest'
import { applyDdl, ddl, statementsOf } from './apply.ts'

test('our DDL applies, and applies again', async () => {
  const { url, user, password } = inject('stack').clickhouse
  await applyDdl({ url, user, password })
  await applyDdl({ url, user, password })
  const query = "SELECT name FROM system.tables WHERE database = 'flywheel'"
  const answer = await fetch(`${url}/?query=${encodeURIComponent(query)}`, {
    headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password },
  })
  const there = (await answer.text()).split('\n')
  const wanted = ddl().flatMap(
    (sql) => /CREATE TABLE IF NOT EXISTS flywheel\.(\w+)/.exec(sql)?.[1] ?? [],
  )
  expect(wanted.length).toBeGreaterThan(12)
  expect(there).toEqual(expect.arrayContaining(wanted))
})

test('statements are cut at line ends, comments left out', () => {
  expect(statementsOf("-- a\nSELECT ';'\n;\n\nSELECT 2;\n")).toEqual(["SELECT ';'", 'SELECT 2'])
})
