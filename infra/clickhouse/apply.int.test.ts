import { expect, inject, test } from 'vitest'
import { applyDdl, ddl, statementsOf } from './apply.ts'

test('our DDL applies, and applies again', async () => {
  const { url, user, password } = inject('stack').clickhouse
  await applyDdl({ url, user, password })
  await applyDdl({ url, user, password })
  const query = "SELECT count() FROM system.tables WHERE database = 'flywheel'"
  const answer = await fetch(`${url}/?query=${encodeURIComponent(query)}`, {
    headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password },
  })
  const tables = ddl().filter((statement) => statement.startsWith('CREATE TABLE')).length
  expect(Number(await answer.text())).toBe(tables)
})

test('statements are cut at line ends, comments left out', () => {
  expect(statementsOf("-- a\nSELECT ';'\n;\n\nSELECT 2;\n")).toEqual(["SELECT ';'", 'SELECT 2'])
})
