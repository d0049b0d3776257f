import { type Table, tables } from '#schemas'
import { type Asking, askClickHouse } from '../../sql/world/ask.ts'
import { foreverMs, type TableRows, type TrainedModel } from '../receipt.ts'

/** Where ClickHouse is and who asks. */
export type ClickHouseAccess = Pick<Asking, 'url' | 'user' | 'password' | 'database'>

/** What the tables know of a request. */
export interface TableFacts {
  readonly untilMs: number | undefined
  readonly deleted: readonly TableRows[]
  readonly left: readonly TableRows[]
}

type Row = Readonly<Record<string, unknown>>

const ask = async (
  sql: string,
  access: ClickHouseAccess,
  parameters: Readonly<Record<string, string>>,
): Promise<readonly Row[]> => {
  const asking = { ...access, mayWrite: false, format: 'JSONEachRow', parameters }
  const { ok, text } = await askClickHouse(sql, asking)
  if (!ok) throw new Error(text)
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

const untilSql = `
  SELECT count() AS requests, countIf(toUnixTimestamp64Milli(requested_at) = 0) AS timeless,
    max(toUnixTimestamp64Milli(requested_at)) AS untilMs
  FROM subjects_forgotten WHERE subject = {subject:String}`

const deletedSql = `
  SELECT toString(table_name) AS table, count() AS rows FROM forgotten_rows FINAL
  WHERE subject = {subject:String} GROUP BY table_name ORDER BY table`

const has = ({ columns }: Table, name: string): boolean =>
  columns.some((column) => column.name === name)

const calls = `(SELECT call FROM forgotten_rows WHERE subject = {subject:String} AND call != '')`

const leftIn = (table: Table): readonly string[] => {
  const own = has(table, 'subject')
    ? [
        `(subject = {subject:String} AND toUnixTimestamp64Milli(least(event_time, arrived_at)) <= {untilMs:Int64})`,
      ]
    : []
  const about = has(table, 'request_id') ? [`hex(sipHash128(request_id)) IN ${calls}`] : []
  const where = [...own, ...about].join(' OR ')
  if (where === '') return []
  return [`SELECT '${table.name}' AS table, count() AS rows FROM ${table.name} WHERE ${where}`]
}

const leftSql = tables
  .filter(({ name }) => name !== 'subjects_forgotten')
  .flatMap(leftIn)
  .join('\nUNION ALL\n')

const rowsOf = (rows: readonly Row[]): readonly TableRows[] =>
  rows.map(({ table, rows: count }) => ({ table: String(table), rows: Number(count) }))

/** What is deleted and what is left of a person. Rejects with ClickHouse's own words. */
export const tableFactsOf = async (
  subject: string,
  access: ClickHouseAccess,
): Promise<TableFacts> => {
  const [asked] = await ask(untilSql, access, { subject })
  if (Number(asked?.['requests'] ?? 0) === 0) return { untilMs: undefined, deleted: [], left: [] }
  const untilMs = Number(asked?.['timeless']) > 0 ? foreverMs : Number(asked?.['untilMs'])
  const deleted = rowsOf(await ask(deletedSql, access, { subject }))
  const left = rowsOf(await ask(leftSql, access, { subject, untilMs: String(untilMs) }))
  return { untilMs, deleted, left }
}

const modelsSql = `
  WITH champions AS (
    SELECT workload, argMax(champion_candidate_id, revision) AS champion FROM promotions GROUP BY workload
  )
  SELECT candidate_id AS candidateId, toString(workload) AS workload, dataset_version AS datasetVersion,
    toString(kind) AS kind, artifact_uri AS artifactUri,
    candidate_id IN (SELECT champion FROM champions) AS isChampion
  FROM candidates
  WHERE state = 'ready' AND dataset_version IN {versions:Array(String)}
  GROUP BY ALL ORDER BY workload, candidateId`

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** The models that were trained on some dataset versions. Rejects with ClickHouse's own words. */
export const modelsOf = async (
  versions: readonly string[],
  access: ClickHouseAccess,
): Promise<readonly TrainedModel[]> => {
  if (versions.length === 0) return []
  const rows = await ask(modelsSql, access, { versions: `[${versions.map(quoted).join(',')}]` })
  return rows.map((row) => ({
    candidateId: String(row['candidateId']),
    workload: String(row['workload']),
    datasetVersion: String(row['datasetVersion']),
    kind: String(row['kind']),
    artifactUri: String(row['artifactUri']),
    isChampion: Number(row['isChampion']) === 1,
  }))
}
