import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { countPairs, isNotInferior, mcnemarExact, tangoInterval } from './paired.ts'

const counts = fc
  .tuple(fc.nat(40), fc.nat(40), fc.nat(400))
  .map(([wins, losses, rest]) => ({ wins, losses, pairs: wins + losses + rest + 1 }))

describe('Tango’s interval', () => {
  test('airway hyper-responsiveness, as published (Fagerland, Lydersen, Laake 2014)', () => {
    const { difference, low, high } = tangoInterval({ wins: 1, losses: 7, pairs: 21 })
    expect(difference).toBeCloseTo(-0.286, 3)
    expect([low, high].map((end) => end.toFixed(3))).toEqual(['-0.517', '-0.026'])
  })

  // Computed with SciPy 1.17 from the definition: the constrained likelihood maximised numerically, brentq on the score.
  test.each([
    [1, 7, 21, -0.5172322772712976, -0.026003031991151882],
    [40, 20, 160, 0.030864532481460694, 0.21806424381535555],
    [9, 2, 55, 0.010642386695586434, 0.25484387578380174],
    [0, 1, 44, -0.11807709698215126, 0.05939323111853926],
    [0, 6, 1320, -0.009881443489725214, -0.001630513350270867],
    [5, 9, 1320, -0.009573040822662795, 0.0028788547915262266],
    [10, 0, 10, 0.44493440027423153, 1],
  ])('%i won, %i lost of %i', (wins, losses, pairs, low, high) => {
    const interval = tangoInterval({ wins, losses, pairs })
    expect(interval.low).toBeCloseTo(low, 7)
    expect(interval.high).toBeCloseTo(high, 7)
  })

  test('without discordant pairs it is z²/(n + z²) wide to each side', () => {
    const { low, high } = tangoInterval({ wins: 0, losses: 0, pairs: 50 })
    const z2 = 1.959963984540054 ** 2
    expect(high).toBeCloseTo(z2 / (50 + z2), 12)
    expect(low).toBeCloseTo(-high, 12)
  })

  test('with 1,320 pairs and a margin of one point, six losses pass and seven fail', () => {
    expect(isNotInferior({ wins: 0, losses: 6, pairs: 1320 }, 0.01)).toBe(true)
    expect(isNotInferior({ wins: 0, losses: 7, pairs: 1320 }, 0.01)).toBe(false)
  })

  property.prop([counts])('holds the difference, has width, and turns with the models', (pairs) => {
    const { difference, low, high } = tangoInterval(pairs)
    expect(low).toBeLessThanOrEqual(difference)
    expect(high).toBeGreaterThanOrEqual(difference)
    expect(high - low).toBeGreaterThan(0)
    const turned = tangoInterval({ ...pairs, wins: pairs.losses, losses: pairs.wins })
    expect(turned.low).toBeCloseTo(-high, 9)
  })

  property.prop([counts, fc.double({ min: 0.001, max: 0.5, noNaN: true })])(
    'the gate is its lower end',
    (pairs, margin) => {
      const { low } = tangoInterval(pairs)
      fc.pre(Math.abs(low + margin) > 1e-9)
      expect(isNotInferior(pairs, margin)).toBe(low > -margin)
    },
  )

  test('counts that can’t be are refused', () => {
    expect(() => tangoInterval({ wins: 0, losses: 0, pairs: 0 })).toThrow('No such pairs')
    expect(() => tangoInterval({ wins: 3, losses: 3, pairs: 5 })).toThrow('3 won, 3 lost, of 5')
  })
})

test('pairs are counted by who alone was right', () => {
  const candidate = [true, true, false, false, true]
  const champion = [true, false, true, false, false]
  expect(countPairs(candidate, champion)).toEqual({ wins: 2, losses: 1, pairs: 5 })
  expect(() => countPairs([true], [])).toThrow('Not pairs')
})

// statsmodels 0.15, mcnemar(exact=True)
test.each([
  [1, 7, 0.0703125],
  [40, 20, 0.01348929373119186],
  [0, 6, 0.03125],
  [3, 3, 1],
  [0, 0, 1],
])('McNemar’s exact test of %i and %i', (wins, losses, pValue) => {
  expect(mcnemarExact(wins, losses)).toBeCloseTo(pValue, 12)
})
