import { FeatureExtractor, type FeatureSettings } from './features.ts'
import { type LinearModel, scoreInto, softmaxInPlace } from './softmax.ts'
import { inRows, type Rows, rowsOfPlaces, weigh } from './weighting.ts'

/** A trained student: plain data. */
export interface StudentModel {
  readonly labels: readonly string[]
  /** The production model's own answer for each label: an OpenAI assistant message as JSON. */
  readonly answers: Readonly<Record<string, string>>
  readonly features: FeatureSettings
  /** The hash places that have a row of weights, ascending. */
  readonly places: Int32Array
  /** Inverse document frequency by row. */
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

interface Reader {
  readonly extractor: FeatureExtractor
  readonly rows: Rows
}

const readers = new WeakMap<StudentModel, Reader>()

const readerOf = (model: StudentModel): Reader => {
  const known = readers.get(model)
  if (known !== undefined) return known
  const made = {
    extractor: new FeatureExtractor(model.features),
    rows: rowsOfPlaces(model.places, 2 ** model.features.bits),
  }
  readers.set(model, made)
  return made
}

/** The place of the largest number, the first of equal ones. */
export const largestOf = (numbers: Float64Array): number => {
  let best = 0
  for (let at = 1; at < numbers.length; at++)
    if ((numbers[at] ?? 0) > (numbers[best] ?? 0)) best = at
  return best
}

/** What the student answers to a text, and how sure it is. Of equal labels the first wins. */
export const predict = (model: StudentModel, text: string): Prediction => {
  const { extractor, rows } = readerOf(model)
  const known = inRows(extractor.extract(text), rows)
  const scores = new Float64Array(model.labels.length)
  scoreInto(model.linear, known.places, weigh(known, model.rarity), scores)
  softmaxInPlace(scores, model.temperature)
  const best = largestOf(scores)
  return {
    label: model.labels[best] ?? '',
    confidence: scores[best] ?? 0,
    probabilities: Object.fromEntries(
      model.labels.map((label, index) => [label, scores[index] ?? 0]),
    ),
  }
}
