import { type Random, shuffleInPlace } from '../statistics/random.ts'
import type { CountedTexts } from './texts.ts'
import { termWeights, type Weighting } from './weighting.ts'

/** Multinomial logistic regression while it learns. Two classes share one column: its logits are −z and z. */
export interface Softmax {
  readonly classes: number
  readonly columns: number
  /** Weight × idf by row and column. */
  readonly weights: Float32Array
  readonly bias: Float64Array
  /** Dual variables by text and class: where the text's probabilities have come to. */
  readonly duals: Float32Array
}

/** Texts with their weighting and the class of each. */
export interface Problem {
  readonly texts: CountedTexts
  readonly weighting: Weighting
  readonly classOf: Int32Array
}

/** A softmax without knowledge for texts of so many classes. */
export const freshSoftmax = ({ texts, classOf }: Problem, classes: number): Softmax => {
  const columns = classes === 2 ? 1 : classes
  const duals = new Float32Array(texts.size * classes)
  for (const [text, label] of classOf.entries()) duals[text * classes + label] = 1
  const weights = new Float32Array(texts.buckets.length * columns)
  return { classes, columns, weights, bias: new Float64Array(columns), duals }
}

const gatherOne = (softmax: Softmax, { texts, weighting }: Problem, text: number): number => {
  const { weights } = softmax
  const { rows, counts } = texts
  const middle = texts.middles[text] ?? 0
  const to = texts.starts[text + 1] ?? 0
  let words = 0
  let grams = 0
  for (let at = texts.starts[text] ?? 0; at < middle; at++)
    words += (termWeights[(counts[at] ?? 0) + 128] ?? 0) * (weights[rows[at] ?? 0] ?? 0)
  for (let at = middle; at < to; at++)
    grams += (termWeights[(counts[at] ?? 0) + 128] ?? 0) * (weights[rows[at] ?? 0] ?? 0)
  return words * (weighting.wordScales[text] ?? 0) + grams * (weighting.gramScales[text] ?? 0)
}

const gatherMany = (
  { weights, columns, bias }: Softmax,
  { texts, weighting }: Problem,
  text: number,
  logits: Float64Array,
): void => {
  logits.set(bias)
  const middle = texts.middles[text] ?? 0
  const to = texts.starts[text + 1] ?? 0
  for (let at = texts.starts[text] ?? 0; at < to; at++) {
    const scale = (at < middle ? weighting.wordScales[text] : weighting.gramScales[text]) ?? 0
    const weight = scale * (termWeights[(texts.counts[at] ?? 0) + 128] ?? 0)
    const first = (texts.rows[at] ?? 0) * columns
    for (let column = 0; column < columns; column++)
      logits[column] = (logits[column] ?? 0) + weight * (weights[first + column] ?? 0)
  }
}

/** Writes the logits of a text by class. */
export const logitsOf = (
  softmax: Softmax,
  problem: Problem,
  text: number,
  logits: Float64Array,
): void => {
  if (softmax.classes > 2) return gatherMany(softmax, problem, text, logits)
  const logit = gatherOne(softmax, problem, text) + (softmax.bias[0] ?? 0)
  logits[0] = -logit
  logits[1] = logit
}

/** Turns logits into probabilities in place and returns ln Σ exp of them. */
export const softmaxInPlace = (logits: Float64Array, temperature = 1): number => {
  let most = -Infinity
  for (const logit of logits) most = Math.max(most, logit / temperature)
  let sum = 0
  for (let index = 0; index < logits.length; index++) {
    const odds = Math.exp((logits[index] ?? 0) / temperature - most)
    logits[index] = odds
    sum += odds
  }
  for (let index = 0; index < logits.length; index++) logits[index] = (logits[index] ?? 0) / sum
  return most + Math.log(sum)
}

/** Adds `steps` (by class) times the text to the weights, only to the columns of the classes listed. */
const scatter = (
  { weights, columns, bias }: Softmax,
  { texts, weighting }: Problem,
  text: number,
  steps: Float64Array,
  active: readonly number[],
): void => {
  const { idf, wordScales, gramScales } = weighting
  const middle = texts.middles[text] ?? 0
  const to = texts.starts[text + 1] ?? 0
  for (const one of active) {
    const column = columns === 1 ? 0 : one
    const step = steps[one] ?? 0
    bias[column] = (bias[column] ?? 0) + step
    const wordStep = step * (wordScales[text] ?? 0)
    const gramStep = step * (gramScales[text] ?? 0)
    for (let at = texts.starts[text] ?? 0; at < to; at++) {
      const row = texts.rows[at] ?? 0
      const inverse = idf[row] ?? 0
      const weight = (termWeights[(texts.counts[at] ?? 0) + 128] ?? 0) * inverse * inverse
      const index = row * columns + column
      weights[index] = (weights[index] ?? 0) + (at < middle ? wordStep : gramStep) * weight
    }
  }
}

/** A text has length one and its bias one more. */
const squaredLength = 2

/**
 * How far to go along `direction` from the text's dual variables to its probabilities: the root in (0, 1) of the
 * dual's falling derivative, by Newton's steps within bounds. `slope` is the part that does not depend on the way.
 */
const stepLength = (
  duals: Float32Array,
  first: number,
  direction: Float64Array,
  slope: number,
  active: readonly number[],
  cost: number,
): number => {
  let squares = 0
  for (const one of active) squares += (direction[one] ?? 0) ** 2
  const bend = cost * squares * squaredLength
  let [low, high] = [0, 1]
  let way = 1 / (1 + cost)
  for (let round = 0; round < 6; round++) {
    let value = slope - way * bend
    let falling = bend
    for (const one of active) {
      const part = direction[one] ?? 0
      const dual = Math.max((duals[first + one] ?? 0) + way * part, 1e-12)
      value -= part * Math.log(dual)
      falling += (part * part) / dual
    }
    if (value > 0) low = way
    else high = way
    const next = way + value / falling
    way = next > low && next < high ? next : (low + high) / 2
  }
  return way
}

/** A class whose probability is this near to its dual variable is let alone. */
const still = 1e-4

/**
 * One step of stochastic dual coordinate ascent for softmax (Shalev-Shwartz and Zhang 2013, 2016): it moves the text's
 * dual variables towards its probabilities and the weights with them. Returns the text's log loss before the step.
 */
const ascend = (
  softmax: Softmax,
  problem: Problem,
  text: number,
  cost: number,
  memory: { logits: Float64Array; direction: Float64Array },
): number => {
  const { classes, duals } = softmax
  const { logits, direction } = memory
  const truth = problem.classOf[text] ?? 0
  const first = text * classes
  logitsOf(softmax, problem, text, logits)
  direction.set(logits)
  const truthLogit = logits[truth] ?? 0
  const loss = softmaxInPlace(direction) - truthLogit
  const active: number[] = []
  let others = 0
  let slope = 0
  for (let one = 0; one < classes; one++) {
    const part = (direction[one] ?? 0) - (duals[first + one] ?? 0)
    direction[one] = part
    if (one === truth || Math.abs(part) < still) continue
    active.push(one)
    others += part
    slope += part * ((logits[one] ?? 0) - truthLogit)
  }
  if (active.length === 0) return loss
  direction[truth] = -others
  active.push(truth)
  const way = stepLength(duals, first, direction, slope, active, cost)
  for (const one of active) {
    const moved = way * (direction[one] ?? 0)
    duals[first + one] = Math.max(0, (duals[first + one] ?? 0) + moved)
    direction[one] = -cost * moved
  }
  scatter(softmax, problem, text, direction, classes === 2 ? [1] : active)
  return loss
}

/** One pass over the texts of `members` in random order at this cost. Returns the mean log loss on the way. */
export const learnOnce = (
  softmax: Softmax,
  problem: Problem,
  members: Int32Array,
  cost: number,
  random: Random,
): number => {
  const memory = {
    logits: new Float64Array(softmax.classes),
    direction: new Float64Array(softmax.classes),
  }
  let loss = 0
  for (const text of shuffleInPlace(members, random))
    loss += ascend(softmax, problem, text, cost, memory)
  return loss / members.length
}

/** Carries the solution over to another cost: the dual variables stay, the weights scale with the cost. */
export const changeCost = ({ weights, bias }: Softmax, from: number, to: number): void => {
  const factor = to / from
  for (let index = 0; index < weights.length; index++)
    weights[index] = (weights[index] ?? 0) * factor
  for (let index = 0; index < bias.length; index++) bias[index] = (bias[index] ?? 0) * factor
}
