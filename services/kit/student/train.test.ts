import { describe, expect, test } from 'vitest'
import { encodeStudent } from './artifact.ts'
import { nearestNeighbour } from './baselines.ts'
import { Unteachable } from './corpus.ts'
import { predict } from './model.ts'
import { someRequests } from './testing.ts'
import { trainStudent } from './train.ts'

const examples = someRequests(400, { seed: 1 })
const answers = { bill: '{}', travel: '{}', garden: '{}' }

describe('a trained student', () => {
  const shares: number[] = []
  const trained = trainStudent({ examples, answers, seed: 9 }, (share) => shares.push(share))

  test('answers what it has not seen, as its out-of-fold accuracy said', () => {
    const fresh = someRequests(400, { seed: 2 })
    const right = fresh.filter(({ text, label }) => predict(trained.model, text).label === label)
    expect(right.length / fresh.length).toBeGreaterThan(0.95)
    expect(Math.abs(right.length / fresh.length - trained.metrics.accuracy)).toBeLessThan(0.03)
  })

  test('its probabilities are by label and sum to one', () => {
    const { label, confidence, probabilities } = predict(trained.model, 'flight and hotel')
    expect(label).toBe('travel')
    expect(Object.keys(probabilities)).toEqual(['bill', 'garden', 'travel'])
    expect(Object.values(probabilities).reduce((sum, one) => sum + one)).toBeCloseTo(1, 12)
    expect(confidence).toBe(Math.max(...Object.values(probabilities)))
  })

  test('any text has an answer', () => {
    for (const text of ['', '\ud800', '𝒳'.repeat(50_000), '\0'])
      expect(trained.model.labels).toContain(predict(trained.model, text).label)
  })

  test('tells how far it is, and a prediction for each example in order', () => {
    expect(shares).toHaveLength(7)
    expect(shares.at(-1)).toBe(1)
    expect(shares).toEqual(shares.toSorted((left, right) => left - right))
    expect(trained.outOfFold.map(({ label }) => label)).toEqual(examples.map(({ label }) => label))
    expect(trained.outOfFold.every((one) => one.correct === (one.label === one.predicted))).toBe(
      true,
    )
    expect(trained.curve).toHaveLength(4)
  })

  test('the seed decides its every byte', () => {
    const bytes = encodeStudent(trained.model)
    const again = trainStudent({ examples, answers, seed: 9 })
    expect(encodeStudent(again.model).equals(bytes)).toBe(true)
    expect(again.outOfFold).toEqual(trained.outOfFold)
    const other = trainStudent({ examples, answers, seed: 10 })
    expect(encodeStudent(other.model).equals(bytes)).toBe(false)
  })
})

test('out-of-fold predictions never know their own group', () => {
  // Each label is a coin toss, told only by the group's own word: across groups nothing can be learnt.
  const tossed = Array.from({ length: 300 }, (_, index) => {
    const group = index % 100
    const label = (group * 7919) % 13 < 6 ? 'heads' : 'tails'
    return { text: `w${group}w${group} x${group}`, label, group: `g${group}` }
  })
  const { metrics } = trainStudent({ examples: tossed, answers: {}, seed: 1 })
  expect(metrics.accuracy).toBeLessThan(0.7)
  const apart = tossed.map((one, index) => ({ ...one, group: `g${index}` }))
  expect(trainStudent({ examples: apart, answers: {}, seed: 1 }).metrics.accuracy).toBeGreaterThan(
    0.95,
  )
})

test('of several solvers the one with the least loss is taken', () => {
  const still = { epochs: 1, learningRate: 1e-9, squaresStart: 1 }
  const able = { epochs: 4, learningRate: 0.7, squaresStart: 1e-3 }
  for (const solvers of [
    [still, able],
    [able, still],
  ])
    expect(trainStudent({ examples, answers, seed: 1, solvers }).metrics.learningRate).toBe(0.7)
})

test('where labels are noisy its confidence says so', () => {
  const noisy = someRequests(1500, { seed: 4, kinds: 2, noise: 0.2 })
  const { metrics, outOfFold } = trainStudent({ examples: noisy, answers: {}, seed: 1 })
  expect(metrics.accuracy).toBeLessThan(0.85)
  expect(metrics.calibrationError).toBeLessThan(0.06)
  const mean = outOfFold.reduce((sum, { confidence }) => sum + confidence, 0) / outOfFold.length
  expect(Math.abs(mean - metrics.accuracy)).toBeLessThan(0.03)
})

test('one label, or one group, can’t be taught', () => {
  const alike = examples.map((one) => ({ ...one, label: 'same' }))
  expect(() => trainStudent({ examples: alike, answers, seed: 1 })).toThrow(Unteachable)
  expect(() => trainStudent({ examples: [], answers, seed: 1 })).toThrow('0 label')
  const together = examples.map((one) => ({ ...one, group: 'all' }))
  expect(() => trainStudent({ examples: together, answers, seed: 1 })).toThrow('of one group')
})

describe('the nearest neighbour', () => {
  test('answers like the most alike example', () => {
    const nearest = nearestNeighbour([
      { text: 'the quick brown fox', label: 'animal' },
      { text: 'the quick silver car', label: 'vehicle' },
      { text: 'a slow brown bear', label: 'animal' },
    ])
    expect(nearest('my silver car')).toBe('vehicle')
    expect(nearest('the brown bear')).toBe('animal')
    expect(nearest('unheard of')).toBe('animal')
  })

  test('knows every example again', () => {
    const known = new Map(examples.map(({ text, label }) => [text, label]))
    const nearest = nearestNeighbour(examples)
    for (const [text, label] of known) expect(nearest(text)).toBe(label)
    expect(nearestNeighbour([])('anything')).toBe('')
  })
})
