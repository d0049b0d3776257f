import { integer, type Outside, type View } from '#kit'
import { type CuratedExample, topics } from '#schemas'
import type { World } from '../curate.ts'
import { contentKeyOf, emittedIndex } from '../emitted.ts'

/** Settings of the curator's world. */
export const settings = {
  indexEntriesMax: integer(
    'CURATOR_INDEX_ENTRIES_MAX',
    50_000,
    'Emitted examples that repeats and duplicates are compared with; older ones are forgotten.',
    { min: 1000, max: 5_000_000 },
  ),
}

/** The index behind the curator's world, fed from a view whose values stand in order of arrival. */
export const emittedWorld = (
  view: Pick<View<CuratedExample>, 'values' | 'waitForLatest'>,
  entriesMax: number,
): Pick<World, 'emitted'> => {
  const index = emittedIndex(entriesMax)
  let taken = 0
  return {
    emitted: async () => {
      await view.waitForLatest()
      let passed = 0
      for (const example of view.values()) {
        passed += 1
        if (passed <= taken) continue
        const position = {
          partition: example.sourcePartition,
          offset: BigInt(example.sourceOffset),
        }
        index.add(example.requestId, contentKeyOf(example), position)
      }
      taken = passed
      return index
    },
  }
}

/** View `curated`: rebuilt from the topic of that name, bounded by CURATOR_INDEX_ENTRIES_MAX. */
export const emittedExamples = async (outside: Outside): Promise<Pick<World, 'emitted'>> => {
  const { indexEntriesMax } = outside.settings(settings)
  const view = await outside.view(topics.curated, { boundEntries: indexEntriesMax })
  return emittedWorld(view, indexEntriesMax)
}
