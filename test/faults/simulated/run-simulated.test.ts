import { expect, test } from 'vitest'
import { runSimulated } from './run-simulated.ts'
import { SimulatedStore } from './store.ts'

test('no schedule on the simulated broker and store loses a record or stores one twice', async () => {
  const report = await runSimulated({ seed: 1, schedules: 4000 })
  expect(report).toMatchObject({ schedules: 4000, lost: 0, doubled: 0 })
  expect(report.failedSeed).toBeUndefined()
  expect(report.records).toBeGreaterThan(40_000)
  const struck = Object.keys(report.faults).sort()
  expect(struck).toEqual([
    'answer lost',
    'arrives late',
    'commit answered nobody',
    'commit not arrived',
    'compaction',
    'killed after a step',
    'killed before a step',
    'not arrived',
    'partition lost',
    'rebalance',
    'recreated',
    'repair',
    'retention',
    'row refused',
    'token burnt',
    'view rows missing',
    'zombie',
  ])
})

test('the same seed plays the same schedule', async () => {
  const once = await runSimulated({ seed: 77, schedules: 50 })
  expect(await runSimulated({ seed: 77, schedules: 50 })).toEqual(once)
})

test('a store that forgets to deduplicate is found out', async () => {
  const { insert } = SimulatedStore.prototype
  let calls = 0
  SimulatedStore.prototype.insert = function (rows, token, life) {
    calls += 1
    insert.call(this, rows, `${calls}/${token}`, life)
  }
  try {
    const report = await runSimulated({ seed: 1, schedules: 200 })
    expect(report.doubled).toBeGreaterThan(0)
    expect(report.failedSeed).toBeDefined()
  } finally {
    SimulatedStore.prototype.insert = insert
  }
})
