import { type Arrived, defineProcessor, drop, emit } from '#kit'
import { type InferenceLog, topics } from '#schemas'
import { contentKeyOf, type Emitted, emittedIndex, isDuplicate, isRepeat } from './emitted.ts'
import { type Prepared, prepare } from './prepare.ts'

/** What the curator needs of the outside: what was emitted before, up to date. */
export interface World {
  /** Resolves to an index that knows every committed record of `curated`. */
  readonly emitted: () => Promise<Emitted>
}

/** What a record is worth on its own, and what the records before it make of it. */
export interface Facts {
  readonly prepared: Prepared
  readonly seen: 'new' | 'repeat' | 'duplicate'
}

const look = (
  { value, position }: Arrived<InferenceLog>,
  known: Emitted,
  batch: Emitted,
): Facts => {
  const indexes = [known, batch]
  const prepared = prepare(value)
  if (prepared.kind !== 'example') return { prepared, seen: 'new' }
  if (isRepeat(value.requestId, position, indexes)) return { prepared, seen: 'repeat' }
  const contentKey = contentKeyOf(prepared.example)
  if (isDuplicate(contentKey, position, indexes)) return { prepared, seen: 'duplicate' }
  batch.add(value.requestId, contentKey, position)
  return { prepared, seen: 'new' }
}

/** Log records become curated examples: emitted once, or dropped or rejected for one named reason. */
export const curate = defineProcessor({
  service: 'curator',
  name: 'curate',
  input: topics.inferenceLogs,
  outputs: [topics.curated],
  settings: {},

  gather: async (records, world: World): Promise<readonly Facts[]> => {
    const known = await world.emitted()
    const batch = emittedIndex(records.length)
    return records.map((record) => look(record, known, batch))
  },

  decide: (_log, { facts, position }) => {
    const { prepared, seen } = facts
    if (prepared.kind !== 'example') return prepared
    if (seen !== 'new') return drop(seen)
    const sourceOffset = Number(position.offset)
    return emit(topics.curated, {
      ...prepared.example,
      sourcePartition: position.partition,
      sourceOffset,
    })
  },
})
