import type { Outside } from '#kit'
import { type Table, tables } from '#schemas'
import type { FoundRow, World } from '../forget.ts'

const has = ({ columns }: Table, name: string): boolean =>
  columns.some((column) => column.name === name)

/** Tables whose rows are calls of the person they name. */
const ofCalls = new Set(['inference_logs', 'curated'])

const callOf = (column: string): string => `hex(sipHash128(${column}))`

/** Who is forgotten and up to when; without a time it holds for ever. */
const asked = `(
    SELECT subject, max(if(toUnixTimestamp64Milli(requested_at) = 0, toDateTime64('2299-12-31 00:00:00', 3, 'UTC'), requested_at)) AS until
    FROM subjects_forgotten WHERE subject != '' GROUP BY subject
  )`

/**
 * Rows that name a forgotten person. The earlier of event time and arrival counts: a record from before stays one of before
 * when it is published again, and a wrong clock saves nothing.
 */
const bySubject = (table: Table): string => `
  SELECT rows.subject AS subject, '${table.name}' AS table,
    ${ofCalls.has(table.name) ? callOf('rows.request_id') : "''"} AS call,
    rows.kafka_partition AS partition, rows.kafka_offset AS offset
  FROM ${table.name} AS rows INNER JOIN ${asked} AS asked ON asked.subject = rows.subject
  WHERE rows.subject IN (SELECT subject FROM subjects_forgotten WHERE subject != '')
    AND least(rows.event_time, rows.arrived_at) <= asked.until
  LIMIT {rowsMax:UInt32}`

const known = `(SELECT call, any(subject) AS subject FROM forgotten_rows WHERE call != '' GROUP BY call)`

/** Rows about a call that went: feedback, reviews, observations, copies to the production model. */
const byCall =
  (column: string) =>
  (table: Table): string =>
    `
  SELECT known.subject AS subject, '${table.name}' AS table,
    ${ofCalls.has(table.name) ? callOf('rows.request_id') : "''"} AS call,
    rows.kafka_partition AS partition, rows.kafka_offset AS offset
  FROM ${table.name} AS rows INNER JOIN ${known} AS known ON known.call = ${callOf(`rows.${column}`)}
  LIMIT {rowsMax:UInt32}`

/** Every statement that finds rows, by the columns that the tables have. */
export const searches: readonly { readonly table: string; readonly sql: string }[] = tables
  .filter(({ name }) => name !== 'subjects_forgotten')
  .flatMap((table) =>
    [
      ...(has(table, 'subject') ? [bySubject(table)] : []),
      ...['request_id', 'parent_id']
        .filter((name) => has(table, name))
        .map((name) => byCall(name)(table)),
    ].map((sql) => ({ table: table.name, sql })),
  )

const anybodySql = `SELECT count() AS people FROM subjects_forgotten WHERE subject != ''`

const wide = (row: FoundRow): FoundRow => ({
  ...row,
  partition: Number(row.partition),
  offset: Number(row.offset),
})

/** One row once, however many searches found it; the one that knows its call first. */
const unique = (rows: readonly FoundRow[]): readonly FoundRow[] => {
  const found = new Map<string, FoundRow>()
  for (const row of rows) {
    const key = `${row.table}/${row.partition}/${row.offset}`
    if (!found.has(key)) found.set(key, row)
  }
  return [...found.values()]
}

/** The tables themselves. While nobody is forgotten, a look is one query. */
export const forgottenRows = (outside: Pick<Outside, 'clickhouse'>): World => {
  const clickhouse = outside.clickhouse()
  const search = async (rowsMax: number, signal: AbortSignal): Promise<readonly FoundRow[]> => {
    const found: FoundRow[] = []
    const room = new Map(tables.map(({ name }) => [name, rowsMax]))
    for (const { table, sql } of searches) {
      const left = room.get(table) ?? 0
      if (left === 0) continue
      const rows = await clickhouse.query<FoundRow>(sql, { rowsMax: left }, { signal })
      room.set(table, left - rows.length)
      found.push(...rows.map(wide))
    }
    return unique(found)
  }
  return {
    find: async (rowsMax, signal) => {
      const [anybody] = await clickhouse.query<{ people: number }>(anybodySql, {}, { signal })
      return Number(anybody?.people ?? 0) === 0 ? [] : search(rowsMax, signal)
    },
  }
}
