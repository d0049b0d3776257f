import { describe, expect, test } from 'vitest'
import { isDue, isFresh, isWorthALook, pendingTrigger } from './due.ts'
import { aLabel, anOutline, aTrigger, aVersion } from './testing.ts'

const patience = {
  examplesMin: 3,
  examplesMax: 10,
  triggerExamplesMin: 2,
  quietMs: 1000,
  waitMaxMs: 60_000,
}
const standing = (change: object = {}, trigger?: ReturnType<typeof aTrigger>) => ({
  arrivals: { workload: 'w', freshRows: 5, newestMs: 100_000, oldestFreshMs: 90_000, ...change },
  last: undefined,
  trigger,
})

describe('a closer look', () => {
  test('waits until the workload is quiet', () => {
    expect(isWorthALook(standing(), 100_999, patience)).toBe(false)
    expect(isWorthALook(standing(), 101_000, patience)).toBe(true)
  })
  test('does not wait for ever', () => {
    const busy = { newestMs: 149_999 }
    expect(isWorthALook(standing(busy), 149_999, patience)).toBe(false)
    expect(isWorthALook(standing(busy), 150_000, patience)).toBe(true)
  })
  test('does not wait when waiting is no use', () => {
    expect(isWorthALook(standing({ freshRows: 10 }), 100_000, patience)).toBe(true)
  })
  test('for a trigger counts the wait from the trigger', () => {
    const asked = standing({ oldestFreshMs: 0 }, aTrigger({ createdAtMs: 99_500 }))
    expect(isWorthALook(asked, 100_000, patience)).toBe(false)
    expect(isWorthALook(asked, 159_500, patience)).toBe(true)
  })
})

describe('a version', () => {
  const last = aVersion({ offsets: [{ partition: 0, offset: 2 }], createdAtMs: 50 })
  const chosen = [0, 1, 2, 3].map((offset) => ({
    row: anOutline({ offset }),
    human: undefined,
    source: 'production' as const,
  }))

  test('is due by what the last one did not read', () => {
    expect(isDue({ ...standing(), last: undefined }, chosen, patience)).toBe(true)
    expect(isDue({ ...standing(), last }, chosen, patience)).toBe(false)
    expect(isDue({ ...standing({}, aTrigger()), last }, chosen, patience)).toBe(true)
  })

  test('has new partitions and late labels as fresh', () => {
    const [first] = chosen
    if (first === undefined) throw new Error('nothing chosen')
    expect(isFresh(first, last)).toBe(false)
    expect(isFresh({ ...first, row: anOutline({ partition: 1 }) }, last)).toBe(true)
    expect(isFresh({ ...first, human: aLabel('r1', 'deliver', 51) }, last)).toBe(true)
    expect(isFresh({ ...first, human: aLabel('r1', 'deliver', 50) }, last)).toBe(false)
  })
})

test('a trigger is answered once, and stays answered after later versions', () => {
  const trigger = aTrigger()
  expect(pendingTrigger(undefined, undefined, new Set())).toBeUndefined()
  expect(pendingTrigger(trigger, aVersion(), new Set())).toBe(trigger)
  expect(pendingTrigger(trigger, aVersion({ triggerId: 't1' }), new Set())).toBeUndefined()
  expect(pendingTrigger(trigger, aVersion(), new Set(['t1']))).toBeUndefined()
})
