import { test } from '@fast-check/vitest'
import fc from 'fast-check'
import { expect } from 'vitest'
import { points } from './moments.ts'
import { coveringSeeds, faultNames, firstFaultOf, planOf } from './plan.ts'

test.prop([fc.integer({ min: 0, max: 1e9 })])('a seed decides its schedule wholly', (seed) => {
  const plan = planOf(seed)
  expect(planOf(seed)).toEqual(plan)
  expect(plan.faults[0]?.name).toBe(firstFaultOf(seed))
  for (const { name, point, count } of plan.faults) {
    expect(faultNames).toContain(name)
    expect(points).toContain(point)
    expect(count).toBeGreaterThan(0)
  }
})

test('seeds in a row differ in more than their fault', () => {
  const plans = Array.from({ length: 200 }, (_, seed) => planOf(seed))
  expect(new Set(plans.map(({ records }) => records)).size).toBeGreaterThan(100)
  for (const partitions of [1, 2, 4])
    expect(plans.filter((plan) => plan.partitions === partitions).length).toBeGreaterThan(40)
  expect(plans.filter(({ faults }) => faults.length === 2).length).toBeGreaterThan(40)
})

test.prop([fc.integer({ min: 0, max: 1e6 })])('some seeds in a row cover every fault', (from) => {
  const seeds = coveringSeeds(from)
  expect(seeds.map(firstFaultOf).toSorted()).toEqual([...faultNames].toSorted())
  expect(Math.max(...seeds) - from).toBeLessThan(40)
})
