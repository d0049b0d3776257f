import { expect, test } from 'vitest'
import { tables } from './tables.ts'

const table = (name: string) => {
  const found = tables.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no table ${name}`)
  return found
}
const column = (of: string, name: string) => table(of).columns.find((one) => one.name === name)

test('a field becomes a column by rule: snake case, times without their unit', () => {
  expect(column('inference_logs', 'event_time')).toMatchObject({
    type: "DateTime64(3, 'UTC')",
    source: { kind: 'field', path: ['eventTimeMs'] },
  })
  expect(column('inference_logs', 'ttft_ms')?.type).toBe('Nullable(Float64)')
  expect(column('eval_results', 'cost_per_1000_usd')?.type).toBe('Float64')
})

test('nested records are flattened, also when named a second time', () => {
  expect(column('promotions', 'previous_champion_threshold')).toMatchObject({
    type: 'Nullable(Float64)',
    source: { path: ['previousChampion', 'threshold'] },
  })
})

test('every row carries its position, and a table with personal data what was masked', () => {
  for (const { columns } of tables) {
    const names = columns.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['kafka_partition', 'kafka_offset', 'arrived_at']))
    expect(new Set(names).size).toBe(names.length)
  }
  expect(column('curated', 'redaction_version')).toBeDefined()
  expect(column('promotions', 'redaction_version')).toBeUndefined()
})

test('every column has a comment', () => {
  for (const { columns } of tables)
    for (const { name, comment } of columns) expect(comment, name).not.toBe('')
})
