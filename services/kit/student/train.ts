import { dealFolds, expectedCalibrationError, seededRandom } from '../statistics/index.ts'
import { type Corpus, corpusOf, type TrainingExample, Unteachable, weighting } from './corpus.ts'
import type { FeatureSettings } from './features.ts'
import { largestOf, type StudentModel } from './model.ts'
import {
  fitSoftmax,
  type LinearModel,
  type SolverSettings,
  scoreInto,
  softmaxInPlace,
  solversTried,
} from './softmax.ts'
import { fitTemperature, meanLoss } from './temperature.ts'

/** What to train and how. */
export interface TrainingOptions {
  readonly examples: readonly TrainingExample[]
  /** An assistant message as JSON for each label. */
  readonly answers: Readonly<Record<string, string>>
  /** An integer; with the examples and settings it decides the model to the last bit. */
  readonly seed: number
  readonly folds?: number
  readonly features?: FeatureSettings
  /** Solvers to choose from by the loss on the first fold. */
  readonly solvers?: readonly SolverSettings[]
}

/** A prediction for an example by a model that has not seen its group. */
export interface OutOfFold {
  readonly label: string
  readonly predicted: string
  readonly confidence: number
  readonly correct: boolean
}

/** A trained student with what is known of it before any test. */
export interface TrainedStudent {
  readonly model: StudentModel
  /** In the order of the examples. */
  readonly outOfFold: readonly OutOfFold[]
  readonly metrics: {
    /** Out-of-fold. */
    readonly accuracy: number
    readonly calibrationError: number
    readonly temperature: number
    readonly learningRate: number
    readonly examples: number
  }
  /** Mean training loss of each epoch of the final fit. */
  readonly curve: readonly number[]
}

/** Share of the work done, 0 to 1. */
export type Progress = (share: number) => void

interface Fit {
  readonly rarity: Float32Array
  readonly linear: LinearModel
  readonly curve: readonly number[]
  /** Raw scores of any example of the corpus. */
  readonly scoresOf: (index: number) => Float64Array
}

/** Fits a model to the examples of `members`. */
type Fitter = (members: Int32Array) => Fit

const fitterOf =
  (corpus: Corpus, solver: SolverSettings, seed: number): Fitter =>
  (members) => {
    const { rarity, sampleOf } = weighting(corpus, members)
    const samples = Array.from(members, sampleOf)
    const labels = corpus.labels.length
    const curve: number[] = []
    const linear = fitSoftmax(samples, rarity.length, labels, solver, seed, (_, loss) =>
      curve.push(loss),
    )
    const scoresOf = (index: number): Float64Array => {
      const { rows, values } = sampleOf(index)
      const scores = new Float64Array(labels)
      scoreInto(linear, rows, values, scores)
      return scores
    }
    return { rarity, linear, curve, scoresOf }
  }

/** The examples to learn from and those to judge by, of each fold. */
interface Fold {
  readonly inside: Int32Array
  readonly outside: Int32Array
}

const foldsOf = ({
  examples,
  seed,
  folds: wanted = 5,
}: TrainingOptions): readonly [Fold, ...Fold[]] => {
  const groups = examples.map(({ group }) => group)
  const labels = examples.map(({ label }) => label)
  const count = Math.min(wanted, new Set(groups).size)
  if (count < 2) throw new Unteachable('all examples are of one group: nothing is left to judge by')
  const foldOf = dealFolds(groups, labels, count, seededRandom(seed))
  const all = Int32Array.from(examples.keys())
  const foldAt = (fold: number): Fold => ({
    inside: all.filter((index) => foldOf[index] !== fold),
    outside: all.filter((index) => foldOf[index] === fold),
  })
  return [foldAt(0), ...Array.from({ length: count - 1 }, (_, index) => foldAt(index + 1))]
}

/** The solver with the least loss on one fold, each at its own best temperature. */
const chooseSolver = (
  corpus: Corpus,
  { inside, outside }: Fold,
  solvers: readonly SolverSettings[],
  seed: number,
): SolverSettings => {
  const targets = outside.map((index) => corpus.targets[index] ?? 0)
  const tried = solvers.map((solver) => {
    const scores = Array.from(outside, fitterOf(corpus, solver, seed)(inside).scoresOf)
    return { solver, loss: meanLoss(scores, targets, fitTemperature(scores, targets)) }
  })
  const [best] = tried.toSorted((left, right) => left.loss - right.loss)
  if (best === undefined) throw new RangeError('No solver to choose from')
  return best.solver
}

/** Raw scores of every example by a model that was fitted without its fold. */
const outOfFoldScores = (
  folds: readonly Fold[],
  fitTo: Fitter,
  onProgress: Progress,
): readonly Float64Array[] => {
  const scores: Float64Array[] = []
  for (const [done, { inside, outside }] of folds.entries()) {
    const { scoresOf } = fitTo(inside)
    for (const index of outside) scores[index] = scoresOf(index)
    onProgress((done + 2) / (folds.length + 2))
  }
  return scores
}

const outOfFoldOf = (
  { labels, targets }: Corpus,
  scores: readonly Float64Array[],
  temperature: number,
): OutOfFold[] =>
  scores.map((raw, index) => {
    const probabilities = Float64Array.from(raw)
    softmaxInPlace(probabilities, temperature)
    const best = largestOf(probabilities)
    return {
      label: labels[targets[index] ?? 0] ?? '',
      predicted: labels[best] ?? '',
      confidence: probabilities[best] ?? 0,
      correct: best === targets[index],
    }
  })

/**
 * Trains a student: one fold chooses the solver; cross-validated predictions give the temperature; the final fit learns
 * from everything. Throws `Unteachable` where there are fewer than two labels or groups.
 */
export const trainStudent = (
  options: TrainingOptions,
  onProgress: Progress = () => {},
): TrainedStudent => {
  const { examples, answers, seed, solvers = solversTried } = options
  const corpus = corpusOf(examples, options.features)
  const folds = foldsOf(options)
  const solver = chooseSolver(corpus, folds[0], solvers, seed)
  onProgress(1 / (folds.length + 2))
  const fitTo = fitterOf(corpus, solver, seed)
  const scores = outOfFoldScores(folds, fitTo, onProgress)
  const temperature = fitTemperature(scores, corpus.targets)
  const outOfFold = outOfFoldOf(corpus, scores, temperature)
  const { rarity, linear, curve } = fitTo(Int32Array.from(examples.keys()))
  onProgress(1)
  const { features, labels, rows } = corpus
  return {
    model: { labels, answers, features, places: rows.places, rarity, linear, temperature },
    outOfFold,
    metrics: {
      accuracy: outOfFold.filter(({ correct }) => correct).length / outOfFold.length,
      calibrationError: expectedCalibrationError(outOfFold),
      temperature,
      learningRate: solver.learningRate,
      examples: outOfFold.length,
    },
    curve,
  }
}
