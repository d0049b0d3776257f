import { dealFolds, expectedCalibrationError, seededRandom } from '../statistics/index.ts'
import { type Corpus, corpusOf, type TrainingExample, Unteachable, weighting } from './corpus.ts'
import type { FeatureSettings } from './features.ts'
import { largestOf, type StudentModel } from './model.ts'
import {
  defaultSolver,
  fitSoftmax,
  type LinearModel,
  type SolverSettings,
  scoreInto,
  softmaxInPlace,
} from './softmax.ts'
import { fitTemperature } from './temperature.ts'

/** What to train and how. */
export interface TrainingOptions {
  readonly examples: readonly TrainingExample[]
  /** An assistant message as JSON for each label. */
  readonly answers: Readonly<Record<string, string>>
  /** An integer; with the examples and settings it decides the model to the last bit. */
  readonly seed: number
  readonly folds?: number
  readonly features?: FeatureSettings
  readonly solver?: SolverSettings
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

const fitTo = (corpus: Corpus, members: Int32Array, { solver, seed }: TrainingOptions): Fit => {
  const { rarity, sampleOf } = weighting(corpus, members)
  const samples = Array.from(members, sampleOf)
  const curve: number[] = []
  const linear = fitSoftmax(
    samples,
    rarity.length,
    corpus.labels.length,
    solver ?? defaultSolver,
    seed,
    (_, loss) => curve.push(loss),
  )
  const scoresOf = (index: number): Float64Array => {
    const { rows, values } = sampleOf(index)
    const scores = new Float64Array(corpus.labels.length)
    scoreInto(linear, rows, values, scores)
    return scores
  }
  return { rarity, linear, curve, scoresOf }
}

/** Raw scores of every example by a model that was fitted without its fold. */
const outOfFoldScores = (
  corpus: Corpus,
  options: TrainingOptions,
  onProgress: Progress,
): readonly Float64Array[] => {
  const { examples, seed } = options
  const groups = examples.map(({ group }) => group)
  const labels = examples.map(({ label }) => label)
  const folds = Math.min(options.folds ?? 5, new Set(groups).size)
  if (folds < 2) throw new Unteachable('all examples are of one group: nothing is left to judge by')
  const foldOf = dealFolds(groups, labels, folds, seededRandom(seed))
  const all = Int32Array.from(examples.keys())
  const scores = examples.map((): Float64Array => new Float64Array())
  for (let fold = 0; fold < folds; fold++) {
    const inside = all.filter((index) => foldOf[index] !== fold)
    const { scoresOf } = fitTo(corpus, inside, options)
    for (const index of all) if (foldOf[index] === fold) scores[index] = scoresOf(index)
    onProgress((fold + 1) / (folds + 1))
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
 * Trains a student: cross-validated predictions first, from them the temperature, then the final fit on everything. Throws
 * `Unteachable` where there are fewer than two labels or groups.
 */
export const trainStudent = (
  options: TrainingOptions,
  onProgress: Progress = () => {},
): TrainedStudent => {
  const corpus = corpusOf(options.examples, options.features)
  const scores = outOfFoldScores(corpus, options, onProgress)
  const temperature = fitTemperature(scores, corpus.targets)
  const outOfFold = outOfFoldOf(corpus, scores, temperature)
  const { rarity, linear, curve } = fitTo(corpus, Int32Array.from(options.examples.keys()), options)
  onProgress(1)
  const { features, labels, rows } = corpus
  const { answers } = options
  return {
    model: { labels, answers, features, places: rows.places, rarity, linear, temperature },
    outOfFold,
    metrics: {
      accuracy: outOfFold.filter(({ correct }) => correct).length / outOfFold.length,
      calibrationError: expectedCalibrationError(outOfFold),
      temperature,
      examples: outOfFold.length,
    },
    curve,
  }
}
