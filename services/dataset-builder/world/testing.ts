import { readFileSync } from 'node:fs'

const ddl = new URL('../../../infra/clickhouse/01-tables.sql', import.meta.url)
const tableNames = ['curated', 'feedback', 'training_ready']

/** The statements that create the tables of this service in another database. */
export const tableStatements = (database: string): readonly string[] =>
  readFileSync(ddl, 'utf8')
    .split(/;\n/)
    .map((statement) => statement.slice(statement.indexOf('CREATE TABLE')))
    .filter((statement) =>
      tableNames.some((name) =>
        statement.startsWith(`CREATE TABLE IF NOT EXISTS flywheel.${name}\n`),
      ),
    )
    .map((statement) => statement.replace('flywheel.', `${database}.`))

/** DateTime64 columns take text: milliseconds of `…_time` and `…_at` are written out. */
export const withTimes = (
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isTime = typeof value === 'number' && /_(time|at)$/.test(name)
      return [name, isTime ? new Date(value).toISOString().replace(/T(.+)Z/, ' $1') : value]
    }),
  )

/** A row of `curated` at a position. */
export const row = (
  partition: number,
  offset: number,
  { request_id, ...change }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  withTimes({
    workload: 'mail',
    served_by: 'production',
    request_id,
    request_hash: `hash of ${request_id}`,
    request: '{"messages":[]}',
    response: '{}',
    kafka_partition: partition,
    kafka_offset: offset,
    arrived_at: 60_000 + offset,
    ...change,
  })
