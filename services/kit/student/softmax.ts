import { seededRandom, shuffleInPlace } from '../statistics/index.ts'

/** A weighed text with the index of its label. */
export interface Sample {
  readonly rows: Int32Array
  readonly values: Float32Array
  readonly label: number
}

/**
 * A linear model: weights[row × columns + column] and a bias by column. Two labels share one column, whose score is that
 * of the second label against the first; else each label has its own.
 */
export interface LinearModel {
  readonly columns: number
  readonly weights: Float32Array
  readonly bias: Float32Array
}

/** How the solver goes. */
export interface SolverSettings {
  readonly epochs: number
  readonly learningRate: number
  /** Where the sums of squared gradients start: it tames the first steps of rare features. */
  readonly squaresStart: number
}

/** Bold steps suit long texts and few labels, calm ones short texts and many labels. Training tries both. */
export const solversTried: readonly SolverSettings[] = [
  { epochs: 4, learningRate: 1, squaresStart: 3e-4 },
  { epochs: 4, learningRate: 0.5, squaresStart: 3e-3 },
]

/** How many columns a model of so many labels has. */
export const columnsFor = (labels: number): number => (labels === 2 ? 1 : labels)

const scoreOne = ({ weights, bias }: LinearModel, rows: Int32Array, values: Float32Array) => {
  let score = bias[0] ?? 0
  for (let at = 0; at < rows.length; at++)
    score += (values[at] ?? 0) * (weights[rows[at] ?? 0] ?? 0)
  return score
}

/** Writes the raw score of each label into `scores`. */
export const scoreInto = (
  model: LinearModel,
  rows: Int32Array,
  values: Float32Array,
  scores: Float64Array,
): void => {
  const { columns, weights, bias } = model
  if (columns === 1) {
    scores[0] = 0
    scores[1] = scoreOne(model, rows, values)
    return
  }
  scores.set(bias)
  for (let at = 0; at < rows.length; at++) {
    const first = (rows[at] ?? 0) * columns
    const value = values[at] ?? 0
    for (let column = 0; column < columns; column++)
      scores[column] = (scores[column] ?? 0) + value * (weights[first + column] ?? 0)
  }
}

/** Turns raw scores into probabilities in place; a temperature above 1 makes them less sure (Guo et al., ICML 2017). */
export const softmaxInPlace = (scores: Float64Array, temperature: number): void => {
  let top = Number.NEGATIVE_INFINITY
  for (const score of scores) top = Math.max(top, score)
  let sum = 0
  for (let label = 0; label < scores.length; label++) {
    const power = Math.exp(((scores[label] ?? 0) - top) / temperature)
    scores[label] = power
    sum += power
  }
  for (let label = 0; label < scores.length; label++) scores[label] = (scores[label] ?? 0) / sum
}

/** Weights, and the sums of squared gradients that slow their steps down. */
interface Learning extends LinearModel {
  readonly squares: Float32Array
  readonly biasSquares: Float32Array
}

const descend = (
  { weights, squares, columns }: Learning,
  { rows, values }: Sample,
  column: number,
  error: number,
  rate: number,
): void => {
  for (let at = 0; at < rows.length; at++) {
    const index = (rows[at] ?? 0) * columns + column
    const gradient = error * (values[at] ?? 0)
    const square = (squares[index] ?? 0) + gradient * gradient
    squares[index] = square
    weights[index] = (weights[index] ?? 0) - (rate * gradient) / Math.sqrt(square)
  }
}

/** A label whose probability is this near to the truth is let alone. */
const settled = 1e-4

/** One step on one text. Returns its log loss before the step. */
const learn = (
  learning: Learning,
  sample: Sample,
  scores: Float64Array,
  { learningRate }: SolverSettings,
): number => {
  scoreInto(learning, sample.rows, sample.values, scores)
  softmaxInPlace(scores, 1)
  const loss = -Math.log(Math.max(scores[sample.label] ?? 0, 1e-12))
  scores[sample.label] = (scores[sample.label] ?? 0) - 1
  const { columns, bias, biasSquares } = learning
  for (let column = 0; column < columns; column++) {
    const error = scores[columns === 1 ? 1 : column] ?? 0
    if (Math.abs(error) < settled) continue
    descend(learning, sample, column, error, learningRate)
    const square = (biasSquares[column] ?? 0) + error * error
    biasSquares[column] = square
    bias[column] = (bias[column] ?? 0) - (learningRate * error) / Math.sqrt(square)
  }
  return loss
}

/**
 * Multinomial logistic regression by AdaGrad (Duchi, Hazan, Singer, JMLR 12, 2011), deterministic under the seed. The few
 * passes are its regularisation. `onEpoch` hears the mean training loss.
 */
export const fitSoftmax = (
  samples: readonly Sample[],
  rows: number,
  labels: number,
  solver: SolverSettings,
  seed: number,
  onEpoch: (epoch: number, loss: number) => void = () => {},
): LinearModel => {
  const columns = columnsFor(labels)
  const learning: Learning = {
    columns,
    weights: new Float32Array(rows * columns),
    squares: new Float32Array(rows * columns).fill(solver.squaresStart),
    bias: new Float32Array(columns),
    biasSquares: new Float32Array(columns).fill(solver.squaresStart),
  }
  const scores = new Float64Array(labels)
  const random = seededRandom(seed)
  const order = Int32Array.from(samples.keys())
  for (let epoch = 0; epoch < solver.epochs; epoch++) {
    let loss = 0
    for (const index of shuffleInPlace(order, random)) {
      const sample = samples[index]
      if (sample !== undefined) loss += learn(learning, sample, scores, solver)
    }
    onEpoch(epoch, loss / Math.max(1, samples.length))
  }
  return { columns, weights: learning.weights, bias: learning.bias }
}
