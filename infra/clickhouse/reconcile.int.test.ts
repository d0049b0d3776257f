import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, inject, test } from 'vitest'
import { applyDdl } from './apply.ts'
import { askOver, findDifferences, firstOpenDay } from './reconcile.ts'
import { firstOpenDaySql, keptDays, sums } from './sums.ts'

const { clickhouse } = inject('stack')
const ask = askOver(clickhouse)
const workload = `reconcile-${randomUUID()}`
const dayBefore = (days: number): string =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

const found = async () =>
  (await findDifferences(ask)).filter((difference) => difference.workload === workload)

/** Puts calls into the sums alone, as if their rows were gone. */
const count = (day: string, calls: number) =>
  ask(
    `INSERT INTO flywheel.inference_stats (minute, workload, calls) VALUES ('${day} 12:00:00', '${workload}', ${calls})`,
  )

beforeAll(() => applyDdl(clickhouse))

test('days whose rows went by their TTL keep their sums', async () => {
  await count(dayBefore(500), 7)
  expect(await found()).toEqual([])
  await count(dayBefore(300), 3)
  expect(await found()).toEqual([
    { target: 'inference_stats', day: dayBefore(300), workload, figure: 'calls', base: 0, held: 3 },
  ])
})

test('a workload that counts too much can’t hide behind one that counts too little', async () => {
  const other = `${workload}-other`
  const day = dayBefore(301)
  await ask(
    `INSERT INTO flywheel.inference_logs (request_id, workload, arrived_at) VALUES ('r', '${other}', '${day} 12:00:00')`,
  )
  await ask(
    `ALTER TABLE flywheel.inference_stats UPDATE calls = 0 WHERE workload = '${other}' SETTINGS mutations_sync = 2`,
  )
  await count(day, 1)
  const differing = (await findDifferences(ask)).filter((one) => one.day === day)
  expect(differing.map(({ base, held }) => [base, held]).sort()).toEqual([
    [0, 1],
    [1, 0],
  ])
})

test('the command tells what differs, makes it anew, and agrees then', async () => {
  const run = (words: readonly string[]) => {
    const env = {
      ...process.env,
      CLICKHOUSE_URL: clickhouse.url,
      CLICKHOUSE_USER: clickhouse.user,
      CLICKHOUSE_PASSWORD: clickhouse.password,
    }
    const main = fileURLToPath(new URL('reconcile.ts', import.meta.url))
    return promisify(execFile)(process.execPath, [main, ...words], { env }).then(
      ({ stdout }) => stdout,
      ({ stdout, code }) => `${code}: ${stdout}`,
    )
  }
  const line = `inference_stats ${dayBefore(300)} ${workload}: 3 calls held, 0 in its base`
  expect(await run(['--day', dayBefore(300)])).toMatch(new RegExp(`^2: [^]*${line}\n`))
  expect(await run(['--rebuild', '--day', dayBefore(300)])).toContain(
    `inference_stats ${dayBefore(300)}: made anew\n`,
  )
  expect((await found()).map(({ day }) => day)).toEqual([dayBefore(301)])
  expect(await run(['--rebuild', '--day', dayBefore(301)])).toMatch(/all sums agree[^\n]*\n$/)
  const kept = `SELECT sum(calls) AS calls FROM flywheel.inference_stats WHERE workload = '${workload}'`
  expect(await ask(kept)).toEqual([{ calls: 7 }])
})

test('a day is open until each partition has gone past it, or has been silent for Kafka’s seven days', async () => {
  const table = `sums_open_${randomUUID().slice(0, 8)}`
  const [first] = sums
  if (first === undefined) throw new Error('no sums')
  const open = async () => (await ask(firstOpenDaySql({ ...first, base: table })))[0]?.['day']
  await ask(
    `CREATE TABLE flywheel.${table} (kafka_partition Int32 COMMENT 'p', arrived_at DateTime64(3, 'UTC') COMMENT 'a') ENGINE = Memory`,
  )
  const arrive = (partition: number, days: number) =>
    ask(`INSERT INTO flywheel.${table} VALUES (${partition}, '${dayBefore(days)} 12:00:00')`)
  try {
    expect(await open()).toBe(dayBefore(7))
    await arrive(0, 20)
    await arrive(1, 3)
    expect(await open()).toBe(dayBefore(3))
    await arrive(1, 0)
    expect(await open()).toBe(dayBefore(0))
    await arrive(2, 2)
    expect(await open()).toBe(dayBefore(2))
  } finally {
    await ask(`DROP TABLE flywheel.${table}`)
  }
  expect((await firstOpenDay(ask, 'inference_stats')) <= dayBefore(0)).toBe(true)
})

test.each([
  ['MergeTree PARTITION BY toYYYYMM(arrived_at) ORDER BY a', Number.POSITIVE_INFINITY],
  ['MergeTree ORDER BY a TTL toDateTime(arrived_at) + toIntervalDay(400) SETTINGS b = 1', 400],
])('%s keeps rows for %d days', (engine, days) => {
  expect(keptDays(engine)).toBe(days)
})

test('a TTL in other units is refused: its days can’t be told', () => {
  expect(() => keptDays('MergeTree ORDER BY a TTL a + toIntervalYear(1)')).toThrow('in days')
})
