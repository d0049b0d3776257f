import { FeatureExtractor, type SparseCounts } from './features.ts'
import { largestOf } from './model.ts'
import { commonRows, inRows, inverseFrequencies, weigh } from './weighting.ts'

/** Words and pairs only: enough for likeness, and few enough to compare with every example. */
const features = { bits: 19, charactersMin: 1, charactersMax: 0, textCharactersMax: 10_000 }

/** Which texts have a row and with what value: those of row r stand at starts[r] to starts[r + 1]. */
interface Postings {
  readonly starts: Int32Array
  readonly examples: Int32Array
  readonly values: Float32Array
}

/** Where the postings of each row start, by how many texts have it. */
const startsOf = (texts: readonly SparseCounts[], rows: number): Int32Array => {
  const starts = new Int32Array(rows + 1)
  for (const { places } of texts)
    for (const row of places) starts[row + 1] = (starts[row + 1] ?? 0) + 1
  let total = 0
  return starts.map((count) => {
    total += count
    return total
  })
}

const postingsOf = (texts: readonly SparseCounts[], rarity: Float32Array): Postings => {
  const starts = startsOf(texts, rarity.length)
  const total = starts[rarity.length] ?? 0
  const examples = new Int32Array(total)
  const values = new Float32Array(total)
  const next = starts.slice()
  for (const [example, text] of texts.entries()) {
    for (const [at, value] of weigh(text, rarity).entries()) {
      const row = text.places[at] ?? 0
      const slot = next[row] ?? 0
      next[row] = slot + 1
      examples[slot] = example
      values[slot] = value
    }
  }
  return { starts, examples, values }
}

const addLikeness = (
  likeness: Float64Array,
  { starts, examples, values }: Postings,
  row: number,
  value: number,
): void => {
  const to = starts[row + 1] ?? 0
  for (let slot = starts[row] ?? 0; slot < to; slot++) {
    const example = examples[slot] ?? 0
    likeness[example] = (likeness[example] ?? 0) + value * (values[slot] ?? 0)
  }
}

/**
 * A classifier that answers with the label of the most alike example, by cosine over words and pairs of words weighed
 * like the student's. Of equally alike examples the first wins; a text that shares nothing gets the first example's label.
 */
export const nearestNeighbour = (
  examples: readonly { readonly text: string; readonly label: string }[],
): ((text: string) => string) => {
  const extractor = new FeatureExtractor(features)
  const counted = examples.map(({ text }) => extractor.extract(text))
  const rows = commonRows(counted, 2 ** features.bits, 1)
  const known = counted.map((text) => inRows(text, rows))
  const rarity = inverseFrequencies(known, rows.places.length)
  const postings = postingsOf(known, rarity)
  return (text) => {
    const asked = inRows(extractor.extract(text), rows)
    const likeness = new Float64Array(examples.length)
    for (const [at, value] of weigh(asked, rarity).entries())
      addLikeness(likeness, postings, asked.places[at] ?? 0, value)
    return examples[largestOf(likeness)]?.label ?? ''
  }
}
