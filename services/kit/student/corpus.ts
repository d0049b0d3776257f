import {
  FeatureExtractor,
  type FeatureSettings,
  featuresFor,
  type SparseCounts,
} from './features.ts'
import { commonRows, inRows, inverseFrequencies, type Rows, weigh } from './weighting.ts'

/** One text with the choice that was right for it. */
export interface TrainingExample {
  readonly text: string
  readonly label: string
  /** Examples of one group never stand on both sides of a fold: a session, or near-duplicates. */
  readonly group: string
}

/** The training data can't teach a choice. */
export class Unteachable extends Error {
  override readonly name = 'Unteachable'
}

/** The training data as counted features and label indexes. */
export interface Corpus {
  readonly features: FeatureSettings
  readonly labels: readonly string[]
  /** Index into `labels` of each example. */
  readonly targets: Int32Array
  /** Features of each example by row; those of one text alone are left out. */
  readonly texts: readonly SparseCounts[]
  readonly rows: Rows
}

/** With fewer texts than this, a feature of one text alone may be all there is. */
const textsFew = 200

/** Reads the examples. Throws `Unteachable` where there are fewer than two labels. */
export const corpusOf = (
  examples: readonly TrainingExample[],
  given: FeatureSettings | undefined,
): Corpus => {
  const labels = [...new Set(examples.map(({ label }) => label))].sort()
  if (labels.length < 2)
    throw new Unteachable(
      `${labels.length} label in the training data: there is no choice to learn`,
    )
  const features = given ?? featuresFor(labels.length)
  const extractor = new FeatureExtractor(features)
  const index = new Map(labels.map((label, at) => [label, at]))
  const counted = examples.map(({ text }) => extractor.extract(text))
  const rows = commonRows(counted, 2 ** features.bits, examples.length < textsFew ? 1 : 2)
  return {
    features,
    labels,
    targets: Int32Array.from(examples, ({ label }) => index.get(label) ?? 0),
    texts: counted.map((text) => inRows(text, rows)),
    rows,
  }
}

/** Inverse document frequencies as `members` alone show them, and the values of any text of the corpus by them. */
export const weighting = (corpus: Corpus, members: Int32Array) => {
  const known = [...members].flatMap((member) => corpus.texts.slice(member, member + 1))
  const rarity = inverseFrequencies(known, corpus.rows.places.length)
  const none: SparseCounts = { places: new Int32Array(), counts: new Int8Array(), words: 0 }
  const sampleOf = (index: number) => {
    const text = corpus.texts[index] ?? none
    return { rows: text.places, values: weigh(text, rarity), label: corpus.targets[index] ?? 0 }
  }
  return { rarity, sampleOf }
}
