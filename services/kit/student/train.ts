import { dealFolds, expectedCalibrationError, seededRandom } from '../statistics/index.ts'
import {
  FeatureExtractor,
  type FeatureSettings,
  featuresFor,
  inverseFrequencies,
  type SparseCounts,
  weigh,
} from './features.ts'
import type { StudentModel } from './model.ts'
import {
  defaultSolver,
  fitSoftmax,
  type Sample,
  type SolverSettings,
  scoreInto,
  softmaxInPlace,
} from './softmax.ts'

/** One text with the choice that was right for it. */
export interface TrainingExample {
  readonly text: string
  readonly label: string
  /** Examples of one group never stand on both sides of a fold: a session, or near-duplicates. */
  readonly group: string
}

/** What to train and how. */
export interface TrainingOptions {
  readonly examples: readonly TrainingExample[]
  /** An assistant message as JSON for each label. */
  readonly answers: Readonly<Record<string, string>>
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
  readonly outOfFold: readonly OutOfFold[]
  readonly metrics: {
    /** Out-of-fold. */
    readonly accuracy: number
    readonly calibrationError: number
    readonly temperature: number
    readonly examples: number
  }
  /** Mean training loss after each epoch of the final fit. */
  readonly curve: readonly number[]
}

/** The training data can't teach a choice. */
export class Unteachable extends Error {
  override readonly name = 'Unteachable'
}

/** Share of the work done, 0 to 1. */
export type Progress = (share: number) => void

interface Corpus {
  readonly features: FeatureSettings
  readonly counts: readonly SparseCounts[]
  readonly labels: readonly string[]
  readonly targets: readonly number[]
  readonly size: number
}

const corpusOf = ({ examples, features: given }: TrainingOptions): Corpus => {
  const labels = [...new Set(examples.map(({ label }) => label))].sort()
  if (labels.length < 2)
    throw new Unteachable(
      `${labels.length} label in the training data: there is no choice to learn`,
    )
  const features = given ?? featuresFor(labels.length)
  const extractor = new FeatureExtractor(features)
  const index = new Map(labels.map((label, i) => [label, i]))
  return {
    counts: examples.map(({ text }) => extractor.extract(text)),
    features,
    labels,
    targets: examples.map(({ label }) => index.get(label) ?? 0),
    size: 2 ** features.bits,
  }
}

interface Fit {
  readonly rarity: Float32Array
  readonly linear: ReturnType<typeof fitSoftmax>
  readonly curve: readonly number[]
}

const fitChosen = (corpus: Corpus, chosen: readonly number[], options: TrainingOptions): Fit => {
  const rarity = inverseFrequencies(
    chosen.map((i) => corpus.counts[i] as SparseCounts),
    corpus.size,
  )
  const samples = chosen.map((i): Sample => {
    const counts = corpus.counts[i] as SparseCounts
    return {
      places: counts.places,
      values: weigh(counts, rarity),
      label: corpus.targets[i] as number,
    }
  })
  const curve: number[] = []
  const { solver = defaultSolver, seed } = options
  const linear = fitSoftmax(samples, corpus.size, corpus.labels.length, solver, seed, (_, loss) => {
    curve.push(loss)
  })
  return { rarity, linear, curve }
}

const scoresOf = ({ rarity, linear }: Fit, counts: SparseCounts): Float64Array => {
  const scores = new Float64Array(linear.labels)
  scoreInto(linear, counts.places, weigh(counts, rarity), scores)
  return scores
}

/** Raw scores of every example by a model that was fitted without its fold. */
const outOfFoldScores = (
  corpus: Corpus,
  options: TrainingOptions,
  onProgress: Progress,
): readonly Float64Array[] => {
  const { folds = 5, examples, seed } = options
  const groups = examples.map(({ group }) => group)
  const labels = examples.map(({ label }) => label)
  const foldOf = dealFolds(groups, labels, folds, seededRandom(seed))
  const scores = new Array<Float64Array>(examples.length)
  for (let fold = 0; fold < folds; fold++) {
    const inside = [...foldOf.keys()].filter((i) => foldOf[i] !== fold)
    const fitted = fitChosen(corpus, inside, options)
    foldOf.forEach((own, i) => {
      if (own === fold) scores[i] = scoresOf(fitted, corpus.counts[i] as SparseCounts)
    })
    onProgress((fold + 1) / (folds + 1))
  }
  return scores
}

const meanLoss = (
  scores: readonly Float64Array[],
  targets: readonly number[],
  temperature: number,
) =>
  scores.reduce((sum, raw, i) => {
    const probabilities = Float64Array.from(raw)
    softmaxInPlace(probabilities, temperature)
    return sum - Math.log(Math.max(probabilities[targets[i] as number] as number, 1e-12))
  }, 0) / scores.length

/** The temperature with the least out-of-fold loss, by golden-section search over its logarithm. */
const fitTemperature = (scores: readonly Float64Array[], targets: readonly number[]): number => {
  const ratio = (Math.sqrt(5) - 1) / 2
  let low = Math.log(0.05)
  let high = Math.log(20)
  for (let round = 0; round < 30; round++) {
    const a = high - ratio * (high - low)
    const b = low + ratio * (high - low)
    if (meanLoss(scores, targets, Math.exp(a)) < meanLoss(scores, targets, Math.exp(b))) high = b
    else low = a
  }
  return Math.exp((low + high) / 2)
}

const outOfFoldOf = (
  { labels, targets }: Corpus,
  scores: readonly Float64Array[],
  temperature: number,
): OutOfFold[] =>
  scores.map((raw, i) => {
    const probabilities = Float64Array.from(raw)
    softmaxInPlace(probabilities, temperature)
    const best = probabilities.indexOf(Math.max(...probabilities))
    return {
      label: labels[targets[i] as number] ?? '',
      predicted: labels[best] ?? '',
      confidence: probabilities[best] ?? 0,
      correct: best === targets[i],
    }
  })

/**
 * Trains a student: cross-validated predictions first, from them the temperature, then the final fit on everything. Throws
 * `Unteachable` where there are fewer than two labels.
 */
export const trainStudent = (
  options: TrainingOptions,
  onProgress: Progress = () => {},
): TrainedStudent => {
  const corpus = corpusOf(options)
  const scores = outOfFoldScores(corpus, options, onProgress)
  const temperature = fitTemperature(scores, corpus.targets)
  const outOfFold = outOfFoldOf(corpus, scores, temperature)
  const { rarity, linear, curve } = fitChosen(corpus, [...corpus.targets.keys()], options)
  onProgress(1)
  const { features, labels } = corpus
  return {
    model: { labels, answers: options.answers, features, rarity, linear, temperature },
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
