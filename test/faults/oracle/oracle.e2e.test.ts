import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitUntil } from '../../../examples/wheel/wait.ts'
import { type Ground, openGround } from '../ground/open-ground.ts'
import { idOf, newBook, openTraffic } from '../traffic.ts'
import { judge, type Start, startOf } from './judge.ts'

const folder = mkdtempSync(join(tmpdir(), 'flywheel-oracle-'))
const ids = Array.from({ length: 30 }, (_, index) => idOf(0, String(index), 4))
const book = newBook()
let ground: Ground
let start: Start

beforeAll(async () => {
  ground = await openGround(join(folder, 'run'), () => {})
  start = await startOf(ground)
  const traffic = await openTraffic(ground, book)
  await traffic.publish(ids)
  await traffic.close()
}, 180_000)

afterAll(async () => {
  await ground[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

const look = () => judge(ground, book, start)

test('all is well when every record is where it belongs', async () => {
  const isWell = ({ missing, doubled }: Awaited<ReturnType<typeof look>>) =>
    missing.length + doubled.length === 0
  const verdict = await waitUntil('records in their places', look, isWell)
  expect(verdict).toMatchObject({ records: 30, repeats: 0, deadLetters: 0 })
})

test('an acknowledgement that nothing stands behind is seen', async () => {
  book.acknowledged.add('never published')
  const { missing } = await look()
  book.acknowledged.delete('never published')
  expect(missing).toEqual(['inference_logs has no acknowledged never published'])
})

test.for(['inference_logs', 'curated', 'observations'])(
  'a row of %s too many is seen',
  async (table) => {
    const where = `WHERE request_id = '${ids[0]}'`
    await ground.ask(
      `INSERT INTO flywheel.${table} SELECT * FROM flywheel.${table} ${where} LIMIT 1`,
    )
    const { doubled } = await look()
    expect(doubled.some((line) => line.includes(table))).toBe(true)
  },
)

test.for([
  ['inference_logs', 1],
  ['curated', 2],
  ['observations', 3],
] as const)('a missing row of %s is seen', async ([table, index]) => {
  await ground.ask(`DELETE FROM flywheel.${table} WHERE request_id = '${ids[index]}'`)
  const { missing } = await look()
  expect(missing.some((line) => line.includes(table) && line.includes(ids[index] ?? ''))).toBe(true)
})
