import { type Ground, witnessed } from '../ground/open-ground.ts'
import { lettersOf, type Row } from './rows.ts'
import { absent, countBy, twice, type Wrong } from './sets.ts'

const copiesIn = async ({ ask }: Ground, table: string): Promise<ReadonlyMap<string, number>> => {
  const found = await ask<{ id: string; copies: number }>(
    `SELECT request_id AS id, count() AS copies FROM flywheel.${table} GROUP BY id`,
  )
  return new Map(found.map(({ id, copies }) => [id, copies]))
}

/** Every call is one example, in the topic and in its table, or one dead letter of the curator. */
export const judgeCurated = async (
  ground: Ground,
  rows: readonly Row[],
  positions: ReadonlySet<string>,
): Promise<Wrong> => {
  const { witness } = ground
  const rejected = lettersOf(await witness.all('curator.dead-letters'), 'inference-logs', positions)
  const ids = new Set(rows.filter(({ position }) => !rejected.has(position)).map(({ id }) => id))
  const seen = (await witness.all('curated')).filter(({ key }) => ids.has(key))
  const keys = countBy(seen, ({ key }) => key)
  const table = await copiesIn(ground, 'curated')
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

const compare = (
  wanted: ReadonlyMap<string, number>,
  there: ReadonlyMap<string, number>,
  what: string,
): Wrong => {
  const lines = (isWrong: (difference: number) => boolean) =>
    [...wanted].flatMap(([id, count]) => {
      const held = there.get(id) ?? 0
      return isWrong(held - count) ? [`${what} has ${held} of ${id}, not ${count}`] : []
    })
  return { missing: lines((by) => by < 0), doubled: lines((by) => by > 0) }
}

/** Every record of a call, repeats included, is one observation of the drift detector or one dead letter of it. */
export const judgeObservations = async (
  ground: Ground,
  rows: readonly Row[],
  positions: ReadonlySet<string>,
): Promise<Wrong> => {
  const letters = await ground.witness.all('drift-detector.dead-letters')
  const rejected = lettersOf(letters, 'inference-logs', positions)
  // What is readable and no chat of usual size is dropped, with its reason counted.
  const observed = rows.filter(
    ({ position, id }) => !rejected.has(position) && !id.includes('-poison-'),
  )
  const wanted = countBy(observed, ({ id }) => id)
  const inTopic = countBy(await ground.witness.all('observations'), ({ key }) => key)
  const topic = compare(wanted, inTopic, 'the topic observations')
  const table = compare(wanted, await copiesIn(ground, 'observations'), 'the table observations')
  return {
    missing: [...topic.missing, ...table.missing],
    doubled: [
      ...topic.doubled,
      ...table.doubled,
      ...twice(rejected, 'drift-detector.dead-letters has offset'),
    ],
  }
}

/** Every dead letter has its row. */
export const judgeLetters = async ({ ask, witness }: Ground): Promise<readonly string[]> => {
  const topics = witnessed.filter((topic) => topic.endsWith('dead-letters'))
  const wanted = (await Promise.all(topics.map((topic) => witness.all(topic)))).flatMap((all, i) =>
    all.map(({ partition, offset }) => `${topics[i]}/${partition}/${offset}`),
  )
  const rows = await ask<{ position: string }>(
    `SELECT concat(kafka_topic, '/', toString(kafka_partition), '/', toString(kafka_offset)) AS position
      FROM flywheel.dead_letters`,
  )
  const there = new Set(rows.map(({ position }) => position))
  return absent(wanted, there, 'dead_letters has no row of')
}
