import { flag, integer, type Outside, parseAssistantMessage, parseChatRequest, ratio } from '#kit'
import { type CuratedExample, topics } from '#schemas'
import type { World } from '../curate.ts'
import { contentKeyOf, type Emitted, emittedIndex } from '../emitted.ts'
import { type NearSketch, nearMemory, nearTextsOf } from '../near.ts'
import { isSame } from '../position.ts'

/** Settings of the curator's world. */
export const settings = {
  indexEntriesMax: integer(
    'CURATOR_INDEX_ENTRIES_MAX',
    50_000,
    'Emitted examples that repeats and duplicates are compared with; older ones are forgotten.',
    { min: 1000, max: 5_000_000 },
  ),
  nearDuplicates: flag(
    'CURATOR_NEAR_DUPLICATES',
    true,
    'Drops calls whose text is nearly that of an earlier one with the same answer.',
  ),
  nearDuplicateLikeness: ratio(
    'CURATOR_NEAR_DUPLICATE_LIKENESS',
    0.8,
    'Estimated Jaccard likeness of 24-character shingles from which a call is a near-duplicate.',
  ),
}

/** How much the index holds, and whether it knows near-duplicates. */
export interface EmittedOptions {
  readonly entriesMax: number
  /** No near-duplicates unless set. */
  readonly likenessMin?: number | undefined
}

const sketchOf = (example: CuratedExample, index: Emitted): NearSketch | undefined => {
  if (index.near === undefined) return undefined
  const asked = parseChatRequest(example.request)
  const answered = parseAssistantMessage(example.response)
  if ('fault' in asked || 'fault' in answered) return undefined
  return index.near.sketch(example, nearTextsOf(asked.request, answered.message, example.label))
}

/** An index, and how it learns of what stands in `curated`; what this instance claimed itself it knows already. */
export const fedIndex = ({ entriesMax, likenessMin }: EmittedOptions) => {
  const near = likenessMin === undefined ? undefined : nearMemory(entriesMax, likenessMin)
  const index = emittedIndex(entriesMax, near)
  const take = (example: CuratedExample): void => {
    const position = { partition: example.sourcePartition, offset: BigInt(example.sourceOffset) }
    const key = contentKeyOf(example)
    const isClaimed = isSame(index.content(key), position)
    const sketch = isClaimed ? undefined : sketchOf(example, index)
    index.add(example.requestId, key, position, sketch)
  }
  return { index, take }
}

/** View `curated`: rebuilt from the topic of that name into an index bounded by CURATOR_INDEX_ENTRIES_MAX. */
export const emittedExamples = async (outside: Outside): Promise<Pick<World, 'emitted'>> => {
  const { indexEntriesMax, nearDuplicates, nearDuplicateLikeness } = outside.settings(settings)
  const { index, take } = fedIndex({
    entriesMax: indexEntriesMax,
    likenessMin: nearDuplicates ? nearDuplicateLikeness : undefined,
  })
  const keep = (example: CuratedExample): undefined => {
    take(example)
    return undefined
  }
  const view = await outside.view(topics.curated, { boundEntries: 1, keep })
  return {
    emitted: async () => {
      await view.waitForLatest()
      return index
    },
  }
}
