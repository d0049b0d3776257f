import { describe, expect, test } from 'vitest'
import { seededRandom } from '../statistics/index.ts'
import { fitSoftmax, type Sample, scoreInto, softmaxInPlace } from './softmax.ts'
import { fitTemperature, meanLoss } from './temperature.ts'

const solver = { epochs: 4, learningRate: 1, squaresStart: 3e-4 }

const samplesOf = (labels: number, count: number): Sample[] => {
  const random = seededRandom(labels)
  return Array.from({ length: count }, () => {
    const label = random.below(labels)
    // One row tells the label, one is noise.
    const rows = Int32Array.from([label, labels + random.below(10)])
    return { rows, values: Float32Array.from([0.5, 1]), label }
  })
}

describe.each([2, 3, 7])('softmax over %i labels', (labels) => {
  const samples = samplesOf(labels, 400)
  const losses: number[] = []
  const model = fitSoftmax(samples, labels + 10, labels, solver, 3, (_, loss) => losses.push(loss))
  const answer = (rows: number[]) => {
    const scores = new Float64Array(labels)
    scoreInto(model, Int32Array.from(rows), new Float32Array(rows.length).fill(1), scores)
    softmaxInPlace(scores, 1)
    return scores
  }

  test('learns which row tells the label', () => {
    for (let label = 0; label < labels; label++) {
      const probabilities = answer([label])
      expect(probabilities[label]).toBeGreaterThan(0.9)
      expect(probabilities.reduce((sum, one) => sum + one)).toBeCloseTo(1, 12)
    }
  })

  test('its loss falls from pass to pass, and the seed decides it wholly', () => {
    expect(losses).toHaveLength(solver.epochs)
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 2)
    const again = fitSoftmax(samples, labels + 10, labels, solver, 3)
    expect(again).toEqual(model)
    expect(fitSoftmax(samples, labels + 10, labels, solver, 4)).not.toEqual(model)
  })

  test('two labels share one column', () => {
    expect(model.columns).toBe(labels === 2 ? 1 : labels)
    expect(model.weights).toHaveLength((labels + 10) * model.columns)
  })
})

test('great scores don’t overflow', () => {
  const scores = Float64Array.from([1000, 0, -1000])
  softmaxInPlace(scores, 1)
  expect([...scores]).toEqual([1, 0, 0])
})

test('the temperature finds back the factor by which scores are too sure', () => {
  const random = seededRandom(8)
  const targets = new Int32Array(4000)
  const scores = Array.from(targets, (_, index) => {
    const score = (random.unit() - 0.5) * 6
    targets[index] = random.unit() < 1 / (1 + Math.exp(-score)) ? 1 : 0
    return Float64Array.from([0, 2.5 * score])
  })
  const temperature = fitTemperature(scores, targets)
  expect(temperature).toBeGreaterThan(2.2)
  expect(temperature).toBeLessThan(2.8)
  expect(meanLoss(scores, targets, temperature)).toBeLessThan(meanLoss(scores, targets, 1))
})
