import { FeatureExtractor, inverseFrequencies, weigh } from './features.ts'

/** Words and pairs only: enough for likeness, and few enough to compare with every example. */
const features = { bits: 18, charactersMin: 1, charactersMax: 0, textCharactersMax: 10_000 }

/** A classifier that answers with the label of the most alike example, by cosine over weighed words and word pairs. */
export const nearestNeighbour = (
  examples: readonly { readonly text: string; readonly label: string }[],
): ((text: string) => string) => {
  const extractor = new FeatureExtractor(features)
  const counts = examples.map(({ text }) => extractor.extract(text))
  const rarity = inverseFrequencies(counts, 2 ** features.bits)
  const postings = new Map<number, { readonly example: number; readonly value: number }[]>()
  counts.forEach((one, example) => {
    const values = weigh(one, rarity)
    one.places.forEach((place, i) => {
      const list = postings.get(place) ?? []
      if (list.length === 0) postings.set(place, list)
      list.push({ example, value: values[i] ?? 0 })
    })
  })
  return (text) => {
    const asked = extractor.extract(text)
    const values = weigh(asked, rarity)
    const likeness = new Float64Array(examples.length)
    asked.places.forEach((place, i) => {
      for (const { example, value } of postings.get(place) ?? [])
        likeness[example] = (likeness[example] ?? 0) + value * (values[i] ?? 0)
    })
    let best = 0
    for (let i = 1; i < likeness.length; i++)
      if ((likeness[i] ?? 0) > (likeness[best] ?? 0)) best = i
    return examples[best]?.label ?? ''
  }
}
