import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { dealFolds, seededRandom, shuffled, splitByGroup } from './random.ts'

test('a seed decides the stream, and another seed another one', () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed)
    return Array.from({ length: 20 }, () => random.unit())
  }
  expect(draw(5)).toEqual(draw(5))
  expect(draw(5)).not.toEqual(draw(6))
  expect(() => seededRandom(0.5)).toThrow('A seed is an integer')
  expect(() => seededRandom(1).below(0)).toThrow('Nothing to choose from')
})

test('a shuffle is uniform over the orders of three', () => {
  const random = seededRandom(3)
  const counts = new Map<string, number>()
  for (let round = 0; round < 6000; round++) {
    const order = shuffled(['a', 'b', 'c'], random).join('')
    counts.set(order, (counts.get(order) ?? 0) + 1)
  }
  expect(counts.size).toBe(6)
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130)
})

const records = fc.array(
  fc.record({ group: fc.nat(30).map(String), label: fc.constantFrom('a', 'b', 'c') }),
  { minLength: 1, maxLength: 120 },
)

property.prop([records, fc.integer({ min: 2, max: 5 }), fc.nat()])(
  'a group is never dealt apart',
  (all, foldCount, seed) => {
    const groups = all.map(({ group }) => group)
    const labels = all.map(({ label }) => label)
    const folds = dealFolds(groups, labels, foldCount, seededRandom(seed))
    const foldOf = new Map(groups.map((group, index) => [group, folds[index]]))
    expect(groups.every((group, index) => foldOf.get(group) === folds[index])).toBe(true)
    expect(Math.max(...folds)).toBeLessThan(foldCount)
  },
)

test('folds are even in size and labels', () => {
  const groups = Array.from({ length: 1000 }, (_, index) => `g${index}`)
  const labels = groups.map((_, index) => (index % 10 === 0 ? 'rare' : 'common'))
  const folds = dealFolds(groups, labels, 5, seededRandom(1))
  for (let fold = 0; fold < 5; fold++) {
    const inside = labels.filter((_, index) => folds[index] === fold)
    expect(inside).toHaveLength(200)
    expect(inside.filter((label) => label === 'rare')).toHaveLength(20)
  }
})

test('a split holds back the share asked for, whole groups at a time', () => {
  const groups = Array.from({ length: 900 }, (_, index) => `g${index % 300}`)
  const heldBack = splitByGroup(groups, 0.4, seededRandom(9))
  expect(heldBack.filter(Boolean)).toHaveLength(360)
  const sides = new Map<string, boolean>()
  for (const [index, group] of groups.entries())
    expect(sides.set(group, sides.get(group) ?? heldBack[index] === true).get(group)).toBe(
      heldBack[index],
    )
})
