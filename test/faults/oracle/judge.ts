import type { Ground } from '../ground/open-ground.ts'
import type { Seen } from '../ground/witness.ts'
import type { Book } from '../traffic.ts'
import { type Ends, endsOf, lagOf, positionsBetween } from './offsets.ts'

/** What is wrong now, in words. What is missing may still come; what is there twice stays so. */
export interface Verdict {
  readonly missing: readonly string[]
  readonly doubled: readonly string[]
  /** Records of the schedule's topics since its start. */
  readonly records: number
  readonly repeats: number
  readonly deadLetters: number
  /** Copies of one rejected record in the sink's dead letters: a kill before the commit writes it again. */
  readonly deadLettersAgain: number
}

/** Where a schedule began. */
export interface Start {
  readonly logs: Ends
  readonly feedback: Ends
}

/** Takes the topics' ends before a schedule. */
export const startOf = async (ground: Ground): Promise<Start> => ({
  logs: await endsOf(ground, 'inference-logs'),
  feedback: await endsOf(ground, 'feedback'),
})

interface Row {
  readonly position: string
  readonly id: string
  readonly repeat: number
}

const countBy = <T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  return counts
}

const twice = (counts: ReadonlyMap<string, number>, what: string): readonly string[] =>
  [...counts].filter(([, count]) => count > 1).map(([key, count]) => `${what} ${key}: ${count}`)

const absent = (wanted: Iterable<string>, there: ReadonlyMap<string, number>, what: string) =>
  [...wanted].filter((key) => !there.has(key)).map((key) => `${what} ${key}`)

const rowsOf = (ground: Ground, table: string, repeat: string, from: Ends) => {
  const since = [...from].map(([p, o]) => `(kafka_partition = ${p} AND kafka_offset >= ${o})`)
  return ground.ask<Row>(
    `SELECT concat(toString(kafka_partition), '/', toString(kafka_offset)) AS position,
      request_id AS id, ${repeat} AS repeat FROM flywheel.${table} WHERE ${since.join(' OR ')}`,
  )
}

/** Dead letters of a door topic's records, by where these stood. */
const lettersOf = (letters: readonly Seen[], topic: string, wanted: ReadonlySet<string>) =>
  countBy(
    letters
      .filter(({ source }) => source.startsWith(`${topic}/`))
      .map(({ source }) => source.slice(topic.length + 1))
      .filter((position) => wanted.has(position)),
    (position) => position,
  )

const judgeTable = (
  rows: readonly Row[],
  letters: ReadonlyMap<string, number>,
  positions: ReadonlySet<string>,
  table: string,
) => {
  const stored = countBy(rows, ({ position }) => position)
  const both = [...stored.keys()].filter((position) => letters.has(position))
  const somewhere = new Map([...stored, ...letters])
  return {
    missing: absent(positions, somewhere, `${table} has no offset`),
    doubled: [
      ...twice(stored, `${table} has offset`),
      ...both.map((position) => `offset ${position} is a row of ${table} and a dead letter`),
    ],
  }
}

const judgeCurated = async (
  ground: Ground,
  rows: readonly Row[],
  positions: ReadonlySet<string>,
) => {
  const { witness } = ground
  const rejected = lettersOf(await witness.all('curator.dead-letters'), 'inference-logs', positions)
  const ids = new Set(rows.filter(({ position }) => !rejected.has(position)).map(({ id }) => id))
  const seen = (await witness.all('curated')).filter(({ key }) => ids.has(key))
  const keys = countBy(seen, ({ key }) => key)
  const inTable = await ground.ask<{ id: string; copies: number }>(
    `SELECT request_id AS id, count() AS copies FROM flywheel.curated
      WHERE request_id IN (SELECT request_id FROM flywheel.inference_logs) GROUP BY id`,
  )
  const table = new Map(inTable.map(({ id, copies }) => [id, copies]))
  return {
    missing: [
      ...absent(ids, keys, 'the topic curated has no'),
      ...absent(keys.keys(), table, 'the table curated has no'),
    ],
    doubled: [
      ...twice(keys, 'the topic curated has'),
      ...twice(table, 'the table curated has'),
      ...twice(rejected, 'curator.dead-letters has offset'),
    ],
  }
}

/** Every table as a whole: a late writer of an earlier schedule would show here. */
const judgeWhole = async (ground: Ground): Promise<readonly string[]> => {
  const counts = ['inference_logs', 'feedback', 'curated', 'dead_letters'].map((table) => {
    const place = `${table === 'dead_letters' ? 'kafka_topic, ' : ''}kafka_partition, kafka_offset`
    return `SELECT '${table}' AS name, count() - uniqExact(${place}) AS extra FROM flywheel.${table}`
  })
  const found = await ground.ask<{ name: string; extra: number }>(counts.join(' UNION ALL '))
  return found.flatMap(({ name, extra }) =>
    extra > 0 ? [`${name} has ${extra} rows too many`] : [],
  )
}

const judgeLetters = async (ground: Ground): Promise<readonly string[]> => {
  const { witness } = ground
  const topics = ['curator.dead-letters', 'log-sink.dead-letters'] as const
  const wanted = (await Promise.all(topics.map((topic) => witness.all(topic)))).flatMap((all, i) =>
    all.map(({ partition, offset }) => `${topics[i]}/${partition}/${offset}`),
  )
  const rows = await ground.ask<{ position: string }>(
    `SELECT concat(kafka_topic, '/', toString(kafka_partition), '/', toString(kafka_offset)) AS position
      FROM flywheel.dead_letters`,
  )
  const there = countBy(rows, ({ position }) => position)
  return absent(wanted, there, 'dead_letters has no row of')
}

const single = (rows: readonly Row[]): readonly string[] => {
  const firsts = countBy(
    rows.filter(({ repeat }) => repeat === 0),
    ({ id }) => id,
  )
  return twice(firsts, 'rows not marked as a repeat of')
}

const judgeLags = async (ground: Ground, start: Start, logs: Ends, feedback: Ends) => {
  const lags = [
    ['log-sink.store', 'inference-logs', start.logs, logs],
    ['curator.curate', 'inference-logs', start.logs, logs],
    ['log-sink.store', 'feedback', start.feedback, feedback],
  ] as const
  const found = await Promise.all(
    lags.map(async ([group, topic, from, to]) => {
      const lag = await lagOf(ground, group, topic, from, to)
      return lag === 0 ? [] : [`${group} is ${lag} behind on ${topic}`]
    }),
  )
  return found.flat()
}

/** Compares everything that was acknowledged and everything that Kafka holds with tables and downstream topics. */
export const judge = async (ground: Ground, book: Book, start: Start): Promise<Verdict> => {
  const [logs, feedback] = [
    await endsOf(ground, 'inference-logs'),
    await endsOf(ground, 'feedback'),
  ]
  const positions = new Set(positionsBetween(start.logs, logs))
  const said = new Set(positionsBetween(start.feedback, feedback))
  const rows = await rowsOf(ground, 'inference_logs', 'toUInt8(is_repeat)', start.logs)
  const notes = await rowsOf(ground, 'feedback', '0', start.feedback)
  const letters = await ground.witness.all('log-sink.dead-letters')
  const own = lettersOf(letters, 'inference-logs', positions)
  const parts = [
    judgeTable(rows, own, positions, 'inference_logs'),
    judgeTable(notes, new Map(), said, 'feedback'),
    await judgeCurated(ground, rows, positions),
  ]
  const ids = countBy(rows, ({ id }) => id)
  const told = countBy(notes, ({ id }) => id)
  return {
    missing: [
      ...absent(book.acknowledged, ids, 'inference_logs has no acknowledged'),
      ...absent(book.acknowledgedFeedback, told, 'feedback has no acknowledged'),
      ...parts.flatMap(({ missing }) => missing),
      ...(await judgeLetters(ground)),
      ...(await judgeLags(ground, start, logs, feedback)),
    ],
    doubled: [
      ...parts.flatMap(({ doubled }) => doubled),
      ...single(rows),
      ...(await judgeWhole(ground)),
    ],
    records: positions.size + said.size,
    repeats: rows.filter(({ repeat }) => repeat === 1).length,
    deadLetters: own.size,
    deadLettersAgain: [...own.values()].reduce((sum, count) => sum + count - 1, 0),
  }
}
