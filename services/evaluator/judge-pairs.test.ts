import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { tangoInterval } from '#kit'
import { confusionOf, type Pair, scorePairs, worstSliceOf } from './judge-pairs.ts'
import { aPair, times } from './testing.ts'

const metric = (pairs: readonly Pair[], name: string, slice = 'all') =>
  scorePairs(pairs).find((one) => one.name === name && one.slice === slice)

describe('scores', () => {
  const pairs = [
    ...times(90, aPair('spam', 'spam', 'spam')),
    ...times(4, aPair('spam', 'ham', 'spam')),
    ...times(1, aPair('spam', 'spam', 'ham')),
    ...times(5, aPair('ham', 'spam', 'spam')),
  ]

  test('are paired: only examples on which one is right and the other wrong tell them apart', () => {
    expect(metric(pairs, 'accuracy')).toMatchObject({
      pairs: 100,
      candidate: 0.91,
      champion: 0.94,
      ...tangoInterval({ pairs: 100, wins: 1, losses: 4 }),
    })
    const { difference = 0, low = 0, high = 0 } = metric(pairs, 'accuracy') ?? {}
    expect(difference).toBeCloseTo(-0.03, 12)
    expect(low).toBeLessThan(-0.03)
    expect(high).toBeGreaterThan(0)
  })

  test('hold a student to the production model, whoever is champion', () => {
    const against = metric(pairs, 'production-accuracy')
    expect(against).toMatchObject({ candidate: 0.91, champion: 1 })
    expect(against?.high).toBeLessThan(0)
  })

  test('tell agreement with the production model from what people said', () => {
    const judged = times(10, aPair('ham', 'ham', 'spam', { source: 'human' }))
    const both = [...pairs, ...judged]
    expect(metric(both, 'agreement')).toMatchObject({ pairs: 100, candidate: 0.91 })
    expect(metric(both, 'human-accuracy')).toMatchObject({ pairs: 10, candidate: 1, champion: 0 })
    expect(metric(pairs, 'human-accuracy')).toBeUndefined()
  })

  test('name slices of at least 20 pairs, and the worst with its own interval', () => {
    const slices = scorePairs(pairs).map(({ slice }) => slice)
    expect(slices).toContain('label spam')
    expect(slices).not.toContain('label ham')
    const sliced = [...pairs, ...times(20, aPair('news', 'ham', 'news'))]
    expect(worstSliceOf(sliced)).toMatch(/^label news: 0\.0% \[0\.0%, 1\d\.\d%\] of 20$/)
    expect(worstSliceOf(times(5, aPair('ham', 'spam', 'ham')))).toBe('all')
  })

  test('of nothing are none', () => {
    expect(scorePairs([])).toEqual([])
  })
})

const label = fc.constantFrom('a', 'b', 'c', '', '__proto__', 'constructor')
const somePairs = fc.array(
  fc
    .tuple(label, label, label)
    .map(([right, candidate, champion]) => aPair(right, candidate, champion)),
  { minLength: 1, maxLength: 60 },
)

describe('any pairs', () => {
  property.prop([somePairs])('are all in the confusion, and leave nothing behind', (pairs) => {
    const confusion = confusionOf(pairs)
    const entries = Object.entries(confusion).flatMap(([right, row]) =>
      Object.entries(row).map(([given, count]) => ({ right, given, count })),
    )
    expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(pairs.length)
    for (const { right, given, count } of entries)
      expect(count).toBe(
        pairs.filter((pair) => pair.label === right && pair.candidate.label === given).length,
      )
    expect(JSON.parse(JSON.stringify(confusion))).toEqual(confusion)
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  property.prop([somePairs])(
    'score the other way round with the champion as candidate',
    (pairs) => {
      const swapped = pairs.map((pair) => ({
        ...pair,
        candidate: pair.champion,
        champion: pair.candidate,
      }))
      const [one, other] = [metric(pairs, 'accuracy'), metric(swapped, 'accuracy')]
      expect(other?.candidate).toBe(one?.champion)
      expect(other?.difference).toBeCloseTo(-(one?.difference ?? 0), 9)
      expect(other?.low).toBeCloseTo(-(one?.high ?? 0), 6)
    },
  )

  property.prop([somePairs])('have the difference within their interval', (pairs) => {
    for (const { difference, low, high, candidate, champion } of scorePairs(pairs)) {
      expect(difference).toBeCloseTo(candidate - champion, 9)
      expect(low).toBeLessThanOrEqual(difference + 1e-9)
      expect(high).toBeGreaterThanOrEqual(difference - 1e-9)
    }
  })
})
