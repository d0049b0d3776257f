import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { bm25, rarityOf } from './bm25.ts'

const corpus = { chunks: 4, meanLength: 10, containing: [1, 4] }

describe('BM25', () => {
  test('agrees with figures reckoned by hand', () => {
    // ln(1 + 3.5/1.5) = 1.203973; a chunk of mean length with one hit: 1.203973 × 2.2 / 2.2.
    expect(rarityOf(4, 1)).toBeCloseTo(1.2039728, 6)
    expect(bm25({ length: 10, frequencies: [1, 0] }, corpus)).toBeCloseTo(1.2039728, 6)
    // Twice as long: 1.203973 × 2.2 / (1 + 1.2 × (0.25 + 0.75 × 2)) = 2.648740 / 3.1.
    expect(bm25({ length: 20, frequencies: [1, 0] }, corpus)).toBeCloseTo(0.8544323, 6)
    // Two terms add up: 1.203973 × 3 × 2.2 / (3 + 1.2) + ln(1 + 0.5/4.5).
    expect(bm25({ length: 10, frequencies: [3, 1] }, corpus)).toBeCloseTo(1.8919573 + 0.1053605, 6)
  })

  property.prop([fc.nat(1000), fc.nat(1000), fc.nat(50), fc.integer({ min: 1, max: 500 })])(
    'never falls with frequency, never rises with length, is never negative',
    (others, containing, frequency, length) => {
      const some = { chunks: others + containing, meanLength: 40, containing: [containing] }
      const score = bm25({ length, frequencies: [frequency] }, some)
      expect(score).toBeGreaterThanOrEqual(0)
      expect(bm25({ length, frequencies: [frequency + 1] }, some)).toBeGreaterThanOrEqual(score)
      expect(bm25({ length: length + 1, frequencies: [frequency] }, some)).toBeLessThanOrEqual(
        score,
      )
    },
  )

  test('of an empty collection is nothing', () => {
    const none = { chunks: 0, meanLength: 0, containing: [] }
    expect(bm25({ length: 0, frequencies: [] }, none)).toBe(0)
  })
})
