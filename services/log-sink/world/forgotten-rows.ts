import type { Outside } from '#kit'
import { type Table, tables } from '#schemas'
import type { FoundRow, World } from '../forget.ts'
import { type Block, hasNew, SeenBlocks } from './seen-blocks.ts'

const has = ({ columns }: Table, name: string): boolean =>
  columns.some((column) => column.name === name)

/** Tables whose rows are calls of the person they name. */
const ofCalls = new Set(['inference_logs', 'curated'])

const callOf = (column: string): string => `hex(sipHash128(${column}))`

/** Rows of parts with a block that no look has seen: inserted since, put back or replayed. A merge or mutation makes no new block. */
const isNew = `toInt64OrZero(splitByChar('_', rows._part)[3]) >
      transform(rows._partition_id, {partitions:Array(String)}, {blocks:Array(Int64)}, toInt64(-1))`

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
    AND ${isNew}
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
  WHERE ${isNew}
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

/** Changes with every request and every row that goes. */
const markSql = `
  SELECT count() AS people, concat(toString(people), '/', toString(sum(toUnixTimestamp64Milli(requested_at))), '/',
    toString((SELECT count() FROM forgotten_rows))) AS mark
  FROM subjects_forgotten WHERE subject != ''`

const blocksSql = `
  SELECT table, partition_id AS partition, max(max_block_number) AS block
  FROM system.parts WHERE database = currentDatabase() AND active GROUP BY table, partition_id`

/** The blocks of a table as parameters; an empty array has no type of its own for `transform`. */
const blockParameters = (blocks: readonly Block[], table: string) => {
  const own = blocks.filter((one) => one.table === table)
  const known = own.length > 0 ? own : [{ partition: '', block: -1 }]
  return {
    partitions: known.map(({ partition }) => partition),
    blocks: known.map(({ block }) => block),
  }
}

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

/**
 * The tables themselves. While nobody is forgotten, a look is one query; while nothing changes, it reads what is new. A look that
 * found something is no proof of the rest, so the next one is whole again.
 */
export const forgottenRows = (outside: Pick<Outside, 'clickhouse' | 'nowMs'>): World => {
  const clickhouse = outside.clickhouse()
  const seen = new SeenBlocks()
  const search = async (
    blocks: readonly Block[],
    known: readonly Block[],
    rowsMax: number,
    signal: AbortSignal,
  ): Promise<readonly FoundRow[]> => {
    const found: FoundRow[] = []
    const room = new Map(tables.map(({ name }) => [name, rowsMax]))
    for (const { table, sql } of searches) {
      const left = room.get(table) ?? 0
      if (left === 0 || !hasNew(table, blocks, known)) continue
      const parameters = { rowsMax: left, ...blockParameters(known, table) }
      const rows = await clickhouse.query<FoundRow>(sql, parameters, { signal })
      room.set(table, left - rows.length)
      found.push(...rows.map(wide))
    }
    return unique(found)
  }
  return {
    find: async (rowsMax, signal) => {
      const [asked] = await clickhouse.query<{ people: number; mark: string }>(
        markSql,
        {},
        { signal },
      )
      if (asked === undefined || Number(asked.people) === 0) return []
      const atMs = outside.nowMs()
      const blocks = (await clickhouse.query<Block>(blocksSql, {}, { signal })).map((one) => ({
        ...one,
        block: Number(one.block),
      }))
      const known = seen.known(asked.mark, blocks, atMs)
      const found = await search(blocks, known, rowsMax, signal)
      if (found.length > 0) seen.foundSomething()
      else seen.foundNothing(blocks, atMs)
      return found
    },
  }
}
