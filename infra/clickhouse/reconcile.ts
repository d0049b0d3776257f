import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { ClickHouseAddress } from './apply.ts'
import { dayOfFeedSql, differencesSql, firstOpenDaySql, keptDays, type Sums, sums } from './sums.ts'

/** A figure in which a table of sums and its base disagree. */
export interface Difference {
  readonly target: string
  /** UTC, `2026-11-23`. */
  readonly day: string
  readonly workload: string
  /** Which figure: calls, tokens or bins. */
  readonly figure: string
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

/** The oldest day of which neither the base nor its sums have lost anything to a TTL. */
const oldestWholeDay = async (ask: Ask, { target, base }: Sums): Promise<string> => {
  const engines = await ask(
    `SELECT engine_full AS engine FROM system.tables WHERE database = 'flywheel' AND name IN ('${target}', '${base}')`,
  )
  const kept = Math.min(...engines.map(({ engine }) => keptDays(String(engine))))
  if (!Number.isFinite(kept)) return '1970-01-01'
  const [row] = await ask(`SELECT toString(toDate(now(), 'UTC') - ${kept - 2}) AS day`)
  return String(row?.['day'])
}

/**
 * Compares every table of sums with its base, by day of arrival and workload, as far back as both are whole. None differ when
 * nothing is being inserted.
 */
export const findDifferences = async (ask: Ask): Promise<readonly Difference[]> => {
  const found: Difference[] = []
  for (const each of sums) {
    const sql = differencesSql(each, await oldestWholeDay(ask, each))
    found.push(...((await ask(sql)) as unknown as readonly Difference[]))
  }
  return found
}

const sumsOf = (target: string): Sums => {
  const found = sums.find((each) => each.target === target)
  if (found === undefined) throw new Error(`no sums ${target}`)
  return found
}

/**
 * Makes a day's sums anew from the base. Only a day that is over for the sink too: rows that arrive in between would be lost from
 * the sums or counted twice. A crash between its two steps leaves a difference, which the next call finds.
 */
export const rebuildDay = async (
  ask: Ask,
  { target, day }: Pick<Difference, 'target' | 'day'>,
): Promise<void> => {
  const found = sumsOf(target)
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) throw new Error(`no day ${day}`)
  const where = `toDate(${found.time}, 'UTC') = '${day}'`
  await ask(`ALTER TABLE flywheel.${target} DELETE WHERE ${where} SETTINGS mutations_sync = 2`)
  await ask(
    `INSERT INTO flywheel.${target} SETTINGS insert_deduplicate = 0 ${dayOfFeedSql(found, day)}`,
  )
}

/** The first day of a table of sums that the sink may still add to: it and later ones can't be rebuilt yet. */
export const firstOpenDay = async (ask: Ask, target: string): Promise<string> => {
  const [row] = await ask(firstOpenDaySql(sumsOf(target)))
  return String(row?.['day'])
}

interface Wanted {
  readonly rebuild: boolean
  /** Only this day. */
  readonly day?: string | undefined
}

/** Rebuilds each day that differs and is over, and tells the others. */
const rebuildAll = async (ask: Ask, only: string | undefined): Promise<void> => {
  const done = new Set<string>()
  for (const { target, day } of await findDifferences(ask)) {
    if (only !== undefined && day !== only) continue
    if (done.has(`${target} ${day}`)) continue
    done.add(`${target} ${day}`)
    const isOpen = day >= (await firstOpenDay(ask, target))
    if (!isOpen) await rebuildDay(ask, { target, day })
    const what = isOpen ? 'may still gain rows: rebuild it later' : 'made anew'
    process.stdout.write(`${target} ${day}: ${what}\n`)
  }
}

const reconcile = async (ask: Ask, { rebuild, day: only }: Wanted): Promise<number> => {
  if (rebuild) await rebuildAll(ask, only)
  const left = (await findDifferences(ask)).filter(({ day }) => day === (only ?? day))
  for (const { target, day, workload, figure, base, held } of left)
    process.stdout.write(
      `${target} ${day} ${workload}: ${held} ${figure} held, ${base} in its base\n`,
    )
  if (left.length === 0) process.stdout.write('all sums agree with their bases\n')
  return left.length
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { rebuild: { type: 'boolean', default: false }, day: { type: 'string' } },
  })
  const environment = process.env
  const ask = askOver({
    url: environment['CLICKHOUSE_URL'] || 'http://127.0.0.1:8123',
    user: environment['CLICKHOUSE_USER'] || 'default',
    password: environment['CLICKHOUSE_PASSWORD'] || '',
  })
  try {
    process.exitCode = (await reconcile(ask, values)) === 0 ? 0 : 2
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
