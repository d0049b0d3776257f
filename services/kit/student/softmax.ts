import { seededRandom, shuffled } from '../statistics/index.ts'

/** A weighed text with the index of its label. */
export interface Sample {
  readonly places: Int32Array
  readonly values: Float32Array
  readonly label: number
}

/** A linear model: weights[place × labels + label]; the last row is the bias. */
export interface LinearModel {
  readonly weights: Float32Array
  readonly labels: number
}

/** How the solver goes. */
export interface SolverSettings {
  readonly epochs: number
  readonly learningRate: number
  /** Strength of the L2 penalty on each visited weight. */
  readonly penalty: number
}

/** Chosen on out-of-fold loss of mails and utterances. */
export const defaultSolver: SolverSettings = { epochs: 5, learningRate: 0.5, penalty: 1e-6 }

/** Writes the raw scores of a text into `scores`. */
export const scoreInto = (
  { weights, labels }: LinearModel,
  places: Int32Array,
  values: Float32Array,
  scores: Float64Array,
): void => {
  const bias = weights.length - labels
  for (let label = 0; label < labels; label++) scores[label] = weights[bias + label] as number
  for (let i = 0; i < places.length; i++) {
    const row = (places[i] as number) * labels
    const value = values[i] as number
    for (let label = 0; label < labels; label++)
      scores[label] = (scores[label] as number) + value * (weights[row + label] as number)
  }
}

/** Turns raw scores into probabilities in place; a temperature above 1 makes them less sure (Guo et al., ICML 2017). */
export const softmaxInPlace = (scores: Float64Array, temperature: number): void => {
  let top = Number.NEGATIVE_INFINITY
  for (const score of scores) top = Math.max(top, score)
  let sum = 0
  for (let i = 0; i < scores.length; i++) {
    const power = Math.exp(((scores[i] as number) - top) / temperature)
    scores[i] = power
    sum += power
  }
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / sum
}

/** Weights and the sums of squared gradients that slow their steps down. */
interface Learning extends LinearModel {
  readonly squares: Float32Array
}

const step = (learning: Learning, at: number, gradient: number, solver: SolverSettings): void => {
  const { weights, squares } = learning
  const full = gradient + solver.penalty * (weights[at] as number)
  const square = (squares[at] as number) + full * full
  squares[at] = square
  weights[at] = (weights[at] as number) - (solver.learningRate * full) / (Math.sqrt(square) + 1e-8)
}

const learn = (
  learning: Learning,
  { places, values, label }: Sample,
  scores: Float64Array,
  solver: SolverSettings,
): number => {
  const { labels, weights } = learning
  scoreInto(learning, places, values, scores)
  softmaxInPlace(scores, 1)
  const loss = -Math.log(Math.max(scores[label] as number, 1e-12))
  scores[label] = (scores[label] as number) - 1
  const bias = weights.length - labels
  for (let one = 0; one < labels; one++) {
    const error = scores[one] as number
    if (Math.abs(error) < 1e-4) continue
    for (let i = 0; i < places.length; i++)
      step(learning, (places[i] as number) * labels + one, error * (values[i] as number), solver)
    step(learning, bias + one, error, solver)
  }
  return loss
}

/**
 * Multinomial logistic regression by AdaGrad (Duchi, Hazan, Singer, JMLR 12, 2011), deterministic under the seed.
 * `onEpoch` hears the mean training loss.
 */
export const fitSoftmax = (
  samples: readonly Sample[],
  size: number,
  labels: number,
  solver: SolverSettings,
  seed: number,
  onEpoch: (epoch: number, loss: number) => void = () => {},
): LinearModel => {
  const length = (size + 1) * labels
  const learning = { weights: new Float32Array(length), squares: new Float32Array(length), labels }
  const scores = new Float64Array(labels)
  for (let epoch = 0; epoch < solver.epochs; epoch++) {
    let loss = 0
    for (const sample of shuffled(samples, seededRandom(seed + epoch)))
      loss += learn(learning, sample, scores, solver)
    onEpoch(epoch, loss / Math.max(1, samples.length))
  }
  return { weights: learning.weights, labels }
}
