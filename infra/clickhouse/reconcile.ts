import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { type ClickHouseAddress, ddl } from './apply.ts'

/** A table of sums, what feeds it, and the columns that must agree with its base. */
interface Sums {
  readonly target: string
  readonly feed: string
  readonly base: string
  readonly time: string
  /** What a row of the base counts for. */
  readonly baseSum: string
  readonly targetSum: string
}

const sums: readonly Sums[] = [
  {
    target: 'inference_stats',
    feed: 'inference_stats_feed',
    base: 'inference_logs',
    time: 'minute',
    baseSum: 'countIf(NOT is_repeat)',
    targetSum: 'sum(calls)',
  },
  {
    target: 'feature_histograms',
    feed: 'feature_histograms_feed',
    base: 'observations',
    time: 'hour',
    baseSum: 'sum(length(features))',
    targetSum: 'sum(calls)',
  },
]

/** A day on which a table of sums and its base disagree. */
export interface Difference {
  readonly target: string
  /** UTC, `2026-11-23`. */
  readonly day: string
  readonly base: number
  readonly held: number
}

/** Sends a statement and returns the rows of its answer. */
export type Ask = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

/** Statements over HTTP. Rejects with ClickHouse's own words. */
export const askOver =
  ({ url, user, password }: ClickHouseAddress): Ask =>
  async (sql) => {
    const settings = 'default_format=JSONEachRow&output_format_json_quote_64bit_integers=0'
    const answer = await fetch(`${url}/?${settings}`, {
      method: 'POST',
      headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password },
      body: sql,
    })
    const said = await answer.text()
    if (!answer.ok) throw new Error(said.slice(0, 500))
    return said
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
  }

const differenceSql = ({ target, base, time, baseSum, targetSum }: Sums): string => `
SELECT '${target}' AS target, toString(day) AS day, sum(of_base) AS base, sum(of_target) AS held
FROM (
  SELECT toDate(arrived_at, 'UTC') AS day, toInt64(${baseSum}) AS of_base, 0 AS of_target
  FROM flywheel.${base} GROUP BY day
  UNION ALL
  SELECT toDate(${time}) AS day, 0 AS of_base, toInt64(${targetSum}) AS of_target
  FROM flywheel.${target} GROUP BY day
)
GROUP BY day HAVING base != held ORDER BY day`

/** Compares every table of sums with its base, day by day of arrival. None differ when nothing is being inserted. */
export const findDifferences = async (ask: Ask): Promise<readonly Difference[]> => {
  const found: Difference[] = []
  for (const each of sums)
    found.push(...((await ask(differenceSql(each))) as unknown as readonly Difference[]))
  return found
}

/** The feed's own SELECT, over one day of its base. */
const dayOfFeed = ({ feed, base }: Sums, day: string): string => {
  const statement = ddl().find((sql) =>
    sql.includes(`MATERIALIZED VIEW IF NOT EXISTS flywheel.${feed} `),
  )
  const select = statement?.slice(statement.indexOf('\nSELECT'))
  if (select === undefined) throw new Error(`there is no feed ${feed}`)
  const whole = `FROM flywheel.${base}`
  const part = `FROM (SELECT * FROM flywheel.${base} WHERE toDate(arrived_at, 'UTC') = '${day}') AS ${base}`
  return select.replace(whole, part)
}

/**
 * Makes a day's sums anew from the base. Only a day that is over: rows that arrive in between would be lost from the sums or
 * counted twice. A crash between its two steps leaves a difference, which the next call finds.
 */
export const rebuildDay = async (ask: Ask, { target, day }: Difference): Promise<void> => {
  const found = sums.find((each) => each.target === target)
  if (found === undefined || !/^\d{4}-\d\d-\d\d$/.test(day)) throw new Error(`no sums ${target}`)
  const where = `toDate(${found.time}) = '${day}'`
  await ask(`ALTER TABLE flywheel.${target} DELETE WHERE ${where} SETTINGS mutations_sync = 2`)
  await ask(
    `INSERT INTO flywheel.${target} SETTINGS insert_deduplicate = 0 ${dayOfFeed(found, day)}`,
  )
}

const reconcile = async (ask: Ask, rebuild: boolean): Promise<number> => {
  const today = new Date().toISOString().slice(0, 10)
  let left = 0
  for (const difference of await findDifferences(ask)) {
    const { target, day, base, held } = difference
    const open = day >= today
    if (rebuild && !open) await rebuildDay(ask, difference)
    else left += 1
    const done = open ? 'not over yet' : rebuild ? 'rebuilt' : 'differs'
    process.stdout.write(`${target} ${day}: ${held} held, ${base} in its base: ${done}\n`)
  }
  if (left === 0) process.stdout.write('all sums agree with their bases\n')
  return left
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { rebuild: { type: 'boolean', default: false } } })
  const environment = process.env
  const ask = askOver({
    url: environment['CLICKHOUSE_URL'] || 'http://127.0.0.1:8123',
    user: environment['CLICKHOUSE_USER'] || 'default',
    password: environment['CLICKHOUSE_PASSWORD'] || '',
  })
  try {
    process.exitCode = (await reconcile(ask, values.rebuild)) === 0 ? 0 : 2
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
