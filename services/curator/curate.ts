import { type Arrived, defineProcessor, digest, drop, emit, type Position } from '#kit'
import { type CuratedExample, type InferenceLog, type Review, topics } from '#schemas'
import { contentKeyOf, type Emitted, isDuplicate, isRepeat, likenessTo } from './emitted.ts'
import { type Example, type Prepared, prepare, type Rules } from './prepare.ts'

/** What the curator needs of the outside: what was emitted before, up to date. */
export interface World {
  /** Resolves to the instance's index, which then knows every committed record of `curated`. */
  readonly emitted: () => Promise<Emitted>
  /** Resolves to whether a person asked to have forgotten what is of these times, by every request until now. */
  readonly forgotten: () => Promise<(subject: string, ...timesMs: readonly number[]) => boolean>
  readonly rules: Rules
}

/** What a record is worth on its own, and what the records before it make of it. */
export interface Facts {
  readonly prepared: Prepared
  readonly seen: 'new' | 'repeat' | 'duplicate' | 'near duplicate'
  /** Estimated likeness of the likest text before it, 0 to 1. */
  readonly likeness?: number
}

/**
 * A new record is claimed in the index before it is committed, so that batch-mates and the batches of other partitions see
 * it. A claim that comes to nothing loses nothing: its record comes again, and is no duplicate of itself.
 */
const look = ({ value, position }: Arrived<InferenceLog>, index: Emitted, rules: Rules): Facts => {
  const prepared = prepare(value, rules)
  if (prepared.kind === 'drop' || prepared.kind === 'reject') return { prepared, seen: 'new' }
  if (isRepeat(value.requestId, position, index)) return { prepared, seen: 'repeat' }
  const contentKey = contentKeyOf(prepared.example)
  if (isDuplicate(contentKey, position, index)) return { prepared, seen: 'duplicate' }
  if (prepared.kind === 'review') return { prepared, seen: 'new' }
  const { likeness, sketch } = likenessTo(index, prepared.example, prepared.near, position)
  if (index.near !== undefined && likeness >= index.near.likenessMin)
    return { prepared, seen: 'near duplicate', likeness }
  index.add(value.requestId, contentKey, position, sketch)
  return { prepared, seen: 'new', likeness }
}

const placed = (example: Example, { partition, offset }: Position): CuratedExample => ({
  ...example,
  sourcePartition: partition,
  sourceOffset: Number(offset),
})

/** The whole example is the evidence, so that who accepts it has what to emit. */
const reviewOf = (example: CuratedExample, reason: string): Review => {
  const { requestId, workload, eventTimeMs, sourcePartition, sourceOffset } = example
  const place = `${sourcePartition}/${sourceOffset}`
  return {
    reviewId: digest('review', 'curator', requestId, place, reason),
    ...{ requestId, workload, reason, eventTimeMs },
    source: 'curator',
    evidence: JSON.stringify(example),
  }
}

const withLikeness = (example: Example, likeness: number): Example =>
  likeness === 0 ? example : { ...example, scores: { ...example.scores, nearDuplicate: likeness } }

/** Log records become curated examples: emitted once, sent to a person, dropped or rejected, for one named reason. */
export const curate = defineProcessor({
  service: 'curator',
  name: 'curate',
  input: topics.inferenceLogs,
  outputs: [topics.curated, topics.reviews],
  settings: {},

  gather: async (records, world: World): Promise<readonly Facts[]> => {
    const [index, isForgotten] = await Promise.all([world.emitted(), world.forgotten()])
    return records.map((record) => {
      const { value, timestampMs } = record
      return isForgotten(value.subject, value.eventTimeMs, timestampMs)
        ? { prepared: drop('subject forgotten'), seen: 'new' }
        : look(record, index, world.rules)
    })
  },

  decide: (_log, { facts, position }) => {
    const { prepared, seen, likeness = 0 } = facts
    if (prepared.kind === 'drop' || prepared.kind === 'reject') return prepared
    if (seen !== 'new') return drop(seen)
    const example = placed(withLikeness(prepared.example, likeness), position)
    return prepared.kind === 'review'
      ? emit(topics.reviews, reviewOf(example, prepared.reason))
      : emit(topics.curated, example)
  },
})
