import { FeatureExtractor, type FeatureSettings, type SparseCounts, weigh } from './features.ts'
import { type LinearModel, scoreInto, softmaxInPlace } from './softmax.ts'

/** A trained student. */
export interface StudentModel {
  readonly labels: readonly string[]
  /** The production model's own answer for each label: an OpenAI assistant message as JSON. */
  readonly answers: Readonly<Record<string, string>>
  readonly features: FeatureSettings
  /** Inverse document frequency by place. */
  readonly rarity: Float32Array
  readonly linear: LinearModel
  /** Divides the scores, so that confidence means what it says. */
  readonly temperature: number
}

/** A student's answer to one text. */
export interface Prediction {
  readonly label: string
  /** Probability of the label, 0 to 1. */
  readonly confidence: number
  readonly probabilities: Readonly<Record<string, number>>
}

const extractors = new WeakMap<StudentModel, FeatureExtractor>()

const extractorOf = (model: StudentModel): FeatureExtractor => {
  const known = extractors.get(model)
  if (known !== undefined) return known
  const made = new FeatureExtractor(model.features)
  extractors.set(model, made)
  return made
}

/** The probabilities of the labels for counted features. */
export const probabilitiesOf = (model: StudentModel, counts: SparseCounts): Float64Array => {
  const scores = new Float64Array(model.labels.length)
  scoreInto(model.linear, counts.places, weigh(counts, model.rarity), scores)
  softmaxInPlace(scores, model.temperature)
  return scores
}

/** What the student answers to a text, and how sure it is. Of equal labels the first wins. */
export const predict = (model: StudentModel, text: string): Prediction => {
  const scores = probabilitiesOf(model, extractorOf(model).extract(text))
  let best = 0
  for (let i = 1; i < scores.length; i++)
    if ((scores[i] as number) > (scores[best] as number)) best = i
  return {
    label: model.labels[best] ?? '',
    confidence: scores[best] ?? 0,
    probabilities: Object.fromEntries(model.labels.map((label, i) => [label, scores[i] ?? 0])),
  }
}
