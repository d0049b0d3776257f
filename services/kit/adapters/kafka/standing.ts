import type { Committed, OffsetsLost } from '../../broker.ts'
import { Transient } from '../../errors.ts'
import type { Cluster } from './cluster.ts'
import type { Lease } from './partition-handler.ts'
import { pause } from './patience.ts'

/** Where a group stands in a partition, and where the partition's log begins and ends. */
export interface Stand {
  /** The committed offset; -1 when there is none. */
  readonly offset: bigint
  readonly low: bigint
  /** First offset after the last readable record. */
  readonly end: bigint
  /**
   * The first offset that arrived later than the last record below the committed offset; undefined when that is not known.
   * In one and the same log it is never below the committed offset, since Kafka stamps arrival.
   */
  readonly firstLater?: bigint | undefined
}

/**
 * Whether the committed offset still means what it did: `recreated` when the log ends before it, or begins with a record
 * that arrived after all that was settled; `retention` when the log begins behind it.
 */
export const standingOf = ({
  offset,
  low,
  end,
  firstLater,
}: Stand): 'fine' | 'retention' | 'recreated' => {
  if (offset < 0n) return 'fine'
  if (offset > end) return 'recreated'
  if (offset > low && firstLater === low && low < end) return 'recreated'
  return offset < low ? 'retention' : 'fine'
}

type Place = Pick<Lease, 'topic' | 'partition'>

/** A broker that just came back may show an end that is too low for a moment. */
const looksMax = 3
const lookAgainMs = 1000

/** The arrival that a commit's text tells of, if it does. */
const arrivalIn = (metadata: string): number | undefined => {
  try {
    const parsed: unknown = JSON.parse(metadata)
    if (typeof parsed !== 'object' || parsed === null || !('at' in parsed)) return undefined
    return Number.isSafeInteger(parsed.at) ? Number(parsed.at) : undefined
  } catch {
    return undefined
  }
}

const look = async (cluster: Cluster, { topic, partition }: Place, committed: Committed) => {
  const extent = (await cluster.extents(topic)).get(partition)
  if (extent === undefined) throw new Transient(`${topic}/${partition} is not there`)
  const lastMs = arrivalIn(committed.metadata)
  const asks = lastMs !== undefined && committed.offset > extent.low
  const firstLater = asks ? await cluster.firstSince(topic, partition, lastMs + 1) : undefined
  const stand = { offset: committed.offset, low: extent.low, end: extent.end, firstLater }
  return { ...stand, kind: standingOf(stand) }
}

/** Where the log begins, if it no longer has the committed offset; tells of offsets that the log no longer has. Throws `Transient`. */
export const findStart = async (
  cluster: Cluster,
  { topic, partition }: Place,
  committed: Committed,
  onLost: (lost: OffsetsLost) => void,
): Promise<{ readonly low: bigint; readonly again?: bigint } | undefined> => {
  const { offset } = committed
  if (offset < 0n) return undefined
  let found = await look(cluster, { topic, partition }, committed)
  for (let looks = 1; looks < looksMax && found.kind === 'recreated'; looks++) {
    await pause(lookAgainMs)
    found = await look(cluster, { topic, partition }, committed)
  }
  const { kind, low, end } = found
  if (kind === 'fine') return undefined
  onLost({ topic, partition, kind, next: offset, from: low, end })
  return kind === 'recreated' ? { low, again: low } : { low }
}

/** Tells of records that went, or of a log that began anew, while the partition was read. Never rejects. */
export const noteGap = async (
  cluster: Cluster,
  { topic, partition }: Place,
  [next, seen]: readonly [next: bigint, seen: bigint],
  onLost: (lost: OffsetsLost) => void,
): Promise<void> => {
  const extents = await cluster.extents(topic).catch(() => undefined)
  const extent = extents?.get(partition)
  if (extent === undefined) return
  const { low, end } = extent
  if (seen < next) onLost({ topic, partition, kind: 'recreated', next, from: seen, end })
  if (seen < next || low <= next) return
  const from = low < seen ? low : seen
  onLost({ topic, partition, kind: 'retention', next, from, end })
}
