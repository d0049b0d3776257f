import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { type DoorUnderTest, startDoor } from './door-under-test.ts'

const open = new Set<DoorUnderTest>()
const start = async (env: Record<string, string> = {}): Promise<DoorUnderTest> => {
  const door = await startDoor(env)
  open.add(door)
  return door
}
afterEach(async () => {
  for (const door of open) await door[Symbol.asyncDispose]()
  open.clear()
})

const ask = async (door: DoorUnderTest, body: string, search = ''): Promise<string> =>
  (await fetch(`${door.url}/${search}`, { method: 'POST', body })).text()

test('loses no acknowledged row and keeps no part of a batch over SIGKILL', async () => {
  const batchRows = 2000
  let door = await start()
  await ask(door, 'CREATE TABLE t (batch UInt32, n UInt32) ENGINE = MergeTree ORDER BY batch')
  const acknowledged: number[] = []
  let batch = 0
  const insertUntilDead = async (): Promise<void> => {
    for (;;) {
      batch += 1
      const mine = batch
      const rows = Array.from({ length: batchRows }, (_, n) => `${mine},${n}\n`).join('')
      const answer = await ask(door, `INSERT INTO t FORMAT CSV\n${rows}`)
      if (answer === '') acknowledged.push(mine)
    }
  }
  for (let kill = 0; kill < 3; kill += 1) {
    const target = acknowledged.length + 5
    const inserting = Promise.allSettled([1, 2, 3].map(insertUntilDead))
    await expect
      .poll(() => acknowledged.length, { timeout: 30_000, interval: 5 })
      .toBeGreaterThan(target)
    await door.end('SIGKILL')
    await inserting
    door = await start({ CLICKHOUSE_DATA_DIR: door.dataDir })
    const partial = await ask(
      door,
      `SELECT batch FROM t GROUP BY batch HAVING count() != ${batchRows}`,
    )
    expect(partial).toBe('')
    const stored = new Set(
      (await ask(door, 'SELECT DISTINCT batch FROM t')).trim().split('\n').map(Number),
    )
    expect(acknowledged.filter((mine) => !stored.has(mine))).toEqual([])
  }
})

test('lets one process have the data', async () => {
  const door = await start()
  const second = start({ CLICKHOUSE_DATA_DIR: door.dataDir })
  await expect(second).rejects.toThrow(/one server for each data folder/)
  expect(await ask(door, 'SELECT 1')).toBe('1\n')
})

test('stops by SIGTERM: a write in progress ends, a reader is cancelled', async () => {
  const door = await start()
  await ask(door, 'CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a')
  const write = ask(
    door,
    'INSERT INTO t SELECT number + sleepEachRow(0.001) FROM numbers(500) SETTINGS max_block_size = 10',
  )
  const read = ask(door, 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(number)')
  const running = async (): Promise<string> => ask(door, 'SELECT count() FROM system.processes')
  await expect.poll(running, { timeout: 10_000 }).toBe('3\n')
  const started = performance.now()
  expect(await door.end('SIGTERM')).toBe(0)
  expect(performance.now() - started).toBeLessThan(12_000)
  expect(await write).toBe('')
  expect(await read.catch(() => 'Code: 394')).toContain('Code: 394')
  const again = await start({ CLICKHOUSE_DATA_DIR: door.dataDir })
  expect(await ask(again, 'SELECT count() FROM t')).toBe('500\n')
})

test('ends when its parent is gone', async () => {
  const door = await start()
  const ended = once(door.child, 'exit')
  door.child.stdin?.end()
  expect(await ended).toEqual([0, null])
})

test('names every bad setting', async () => {
  const bad = start({ CLICKHOUSE_PORT: 'x', CLICKHOUSE_MAX_WAITING_QUERIES: '-1' })
  await expect(bad).rejects.toThrow(/CLICKHOUSE_PORT.*\n.*CLICKHOUSE_MAX_WAITING_QUERIES/)
})

test('refuses one query more than may wait', async () => {
  const door = await start({
    CLICKHOUSE_MAX_CONCURRENT_QUERIES: '1',
    CLICKHOUSE_MAX_WAITING_QUERIES: '1',
  })
  const all = await Promise.all(Array.from({ length: 4 }, () => ask(door, 'SELECT sleep(0.5)')))
  expect(all.filter((answer) => answer === '0\n')).toHaveLength(2)
  expect(all.filter((answer) => answer.includes('(TOO_MANY_SIMULTANEOUS_QUERIES)'))).toHaveLength(2)
})
