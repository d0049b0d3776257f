import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { groupsOf } from './group.ts'
import { likePairs, pairsApart } from './likeness.ts'
import { leakOf, splitOf } from './split.ts'

const words = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => `word${from + index}`).join(' ')
const shares = { testShare: 0.4, validationShare: 0.1 }
const lone = (label: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ group: `${label}${index}`, label }))

describe('likeness', () => {
  test('pairs near-identical texts and no others', () => {
    const texts = [words(0, 100), words(500, 100), `${words(0, 98)} other end`, words(900, 3)]
    expect(likePairs(texts, 0.8)).toEqual([[0, 2]])
  })
  test('ignores case, punctuation and white space', () => {
    expect(likePairs(['Buy  now, or never!', 'buy now or NEVER'], 0.8)).toEqual([[0, 1]])
  })
  test('finds nearly every pair above the threshold', () => {
    const texts = Array.from({ length: 200 }, (_, index) => words(index * 1000, 120))
    const changed = texts.map((text) => text.replace(/word\d+5 /, 'changed '))
    expect(likePairs([...texts, ...changed], 0.8).length).toBeGreaterThanOrEqual(199)
  })
  test('does not count a template, but finds copies of what fills it', () => {
    const filled = Array.from(
      { length: 60 },
      (_, at) => `${words(0, 200)} ${words(at * 1000 + 999, 25)}`,
    )
    expect(likePairs(filled, 0.8)).toEqual([])
    expect(likePairs([...filled, `${filled[7]} x`], 0.8)).toEqual([[7, 60]])
  })
  test('is searched apart with other hashes, and finds what stands in two places only', () => {
    const texts = [words(0, 100), `${words(0, 98)} other end`, words(500, 100), '...', '']
    expect(pairsApart(texts, ['train', 'test', 'test', 'train', 'test'], 0.8)).toEqual([
      [3, 4],
      [0, 1],
    ])
    expect(pairsApart(texts, ['train', 'train', 'test', 'test', 'test'], 0.8)).toEqual([])
  })
  test('of empty texts is whole', () => {
    expect(likePairs(['', '...'], 0.8)).toEqual([[0, 1]])
  })
})

describe('groups', () => {
  const example = (requestHash: string, sessionId: string, text: string) => ({
    ...{ requestHash, sessionId, text },
    label: '',
  })
  test('hold sessions, requests and near-identical texts together, through others too', () => {
    const examples = [
      example('c', 's1', words(0, 50)),
      example('b', 's1', words(100, 50)),
      example('a', '', `${words(100, 49)} end`),
      example('d', '', words(300, 50)),
      example('e', '', words(400, 50)),
    ]
    const texts = examples.map(({ text }) => text)
    const groups = groupsOf(examples, likePairs(texts, 0.8))
    expect(groups).toEqual(['a', 'a', 'a', 'd', 'e'])
  })
})

describe('a split', () => {
  test('has its shares in every label', () => {
    const examples = [...lone('deliver', 850), ...lone('quarantine', 150)]
    const homes = splitOf(examples, shares, 1)
    const count = (label: string, split: string): number =>
      examples.filter((each) => each.label === label && homes.get(each.group) === split).length
    expect([count('deliver', 'test'), count('deliver', 'validation')]).toEqual([340, 51])
    expect([count('quarantine', 'test'), count('quarantine', 'validation')]).toEqual([60, 9])
  })
  test('gives a lone example of a label to train', () => {
    expect(splitOf(lone('rare', 1), shares, 1).get('rare0')).toBe('train')
  })
  test('differs by seed', () => {
    const examples = lone('x', 50)
    expect(splitOf(examples, shares, 1)).not.toEqual(splitOf(examples, shares, 2))
  })
  test('keeps nearly every example where it was as data grows', () => {
    const before = splitOf(lone('x', 1000), shares, 1)
    const after = splitOf(lone('x', 1500), shares, 1)
    const moved = [...before].filter(([group, split]) => after.get(group) !== split)
    expect(moved.length).toBeLessThan(60)
  })

  const examples = fc.array(
    fc.record({ group: fc.nat(40).map(String), label: fc.constantFrom('a', 'b', 'c') }),
    { minLength: 1, maxLength: 200 },
  )
  property.prop([examples, fc.gen(), fc.integer()])(
    'does not depend on order and keeps each label’s shares to within its largest group',
    (those, gen, seed) => {
      const homes = splitOf(those, shares, seed)
      const shuffled = gen(() => fc.shuffledSubarray(those, { minLength: those.length }))
      expect([...splitOf(shuffled, shares, seed)].sort()).toEqual([...homes].sort())
      const sizes = [...Map.groupBy(those, ({ group }) => group).values()].map(
        (each) => each.length,
      )
      const inTest = those.filter(({ group }) => homes.get(group) === 'test').length
      expect(Math.abs(inTest - those.length * 0.4)).toBeLessThanOrEqual(3 * Math.max(...sizes))
    },
  )
})

test('a leak is found by the key that stands in two splits', () => {
  const kept = { split: 'train', keys: ['a', 'b'] } as const
  expect(leakOf([kept, { split: 'train', keys: ['b'] }])).toBeUndefined()
  expect(leakOf([kept, { split: 'test', keys: ['c', 'b'] }])).toBe('b')
})
