import { findDifferences } from '../../../infra/clickhouse/reconcile.ts'
import type { Ground } from '../ground/open-ground.ts'
import type { Seen } from '../ground/witness.ts'
import type { Ends } from './offsets.ts'
import { absent, countBy, twice, type Wrong } from './sets.ts'

/** A row of a table that stores a door topic. */
export interface Row {
  /** `partition/offset`. */
  readonly position: string
  readonly id: string
  /** 1 when it is marked as a repeat of an id. */
  readonly repeat: number
}

/** The rows of records at and behind these offsets. */
export const rowsOf = (
  { ask }: Ground,
  table: string,
  repeat: string,
  from: Ends,
): Promise<readonly Row[]> => {
  const since = [...from].map(([p, o]) => `(kafka_partition = ${p} AND kafka_offset >= ${o})`)
  return ask<Row>(
    `SELECT concat(toString(kafka_partition), '/', toString(kafka_offset)) AS position,
      request_id AS id, ${repeat} AS repeat FROM flywheel.${table} WHERE ${since.join(' OR ')}`,
  )
}

/** Dead letters of a door topic's records, by where these stood. */
export const lettersOf = (
  letters: readonly Seen[],
  topic: string,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, number> =>
  countBy(
    letters
      .filter(({ source }) => source.startsWith(`${topic}/`))
      .map(({ source }) => source.slice(topic.length + 1))
      .filter((position) => wanted.has(position)),
    (position) => position,
  )

/** Every offset of a door topic is one row or a dead letter, and never both. */
export const judgeTable = (
  rows: readonly Row[],
  letters: ReadonlyMap<string, number>,
  positions: ReadonlySet<string>,
  table: string,
): Wrong => {
  const stored = countBy(rows, ({ position }) => position)
  const both = [...stored.keys()].filter((position) => letters.has(position))
  return {
    missing: absent(positions, new Map([...stored, ...letters]), `${table} has no offset`),
    doubled: [
      ...twice(stored, `${table} has offset`),
      ...both.map((position) => `offset ${position} is a row of ${table} and a dead letter`),
    ],
  }
}

/** Of the rows of one id, just one counts. */
export const judgeRepeats = (rows: readonly Row[]): readonly string[] => {
  const firsts = rows.filter(({ repeat }) => repeat === 0)
  const counts = countBy(firsts, ({ id }) => id)
  return twice(counts, 'rows not marked as a repeat of')
}

/** Every table as a whole: a late writer of an earlier schedule would show here. */
export const judgeWhole = async ({ ask }: Ground): Promise<readonly string[]> => {
  const tables = ['inference_logs', 'feedback', 'curated', 'observations', 'dead_letters']
  const counts = tables.map((table) => {
    const place = `${table === 'dead_letters' ? 'kafka_topic, ' : ''}kafka_partition, kafka_offset`
    return `SELECT '${table}' AS name, count() - uniqExact(${place}) AS extra FROM flywheel.${table}`
  })
  const found = await ask<{ name: string; extra: number }>(counts.join(' UNION ALL '))
  return found.flatMap(({ name, extra }) =>
    extra > 0 ? [`${name} has ${extra} rows too many`] : [],
  )
}

/** The tables of sums that ClickHouse keeps beside the rows say what the rows say. */
export const judgeSums = async ({ ask }: Ground): Promise<Wrong> => {
  const found = await findDifferences((sql) => ask(sql))
  const lineOf = ({ target, day, base, held }: (typeof found)[number]): string =>
    `${target} of ${day} counts ${held}, its rows are ${base}`
  return {
    missing: found.filter(({ base, held }) => held < base).map(lineOf),
    doubled: found.filter(({ base, held }) => held > base).map(lineOf),
  }
}
