import type { Broker, Committed, OffsetsLost, PartitionOwner } from '../../broker.ts'
import type { Logger } from '../../outside.ts'
import type { Handling, Lease, PartitionHandler } from './partition-handler.ts'
import { persistently } from './patience.ts'

type DrainOptions = Parameters<Broker['drain']>[0]

/** What draining needs besides the caller's options. */
export interface DrainWires {
  readonly log: Logger
  /** The group's committed offset (-1: none) and its text. Throws `Transient`. */
  committed(lease: Lease): Promise<Committed>
  /** Where the log begins, if it no longer has the committed offset. Throws `Transient`. */
  readonly findStart?: (
    lease: Lease,
    committed: Committed,
    onLost: (lost: OffsetsLost) => void,
  ) => Promise<{ readonly low: bigint; readonly again?: bigint } | undefined>
  /** Looks into records that were passed over. */
  readonly noteGap?: (
    lease: Lease,
    offsets: readonly [bigint, bigint],
    onLost: (lost: OffsetsLost) => void,
  ) => void
}

const draining = (
  lease: Lease,
  { group, worker: make, onLost = () => {} }: DrainOptions,
  { log, committed, findStart, noteGap }: DrainWires,
): PartitionHandler => {
  const { topic, partition } = lease
  const patiently = <T>(attempt: () => Promise<T>): Promise<T> =>
    persistently(attempt, lease.ending, (error) =>
      log.warn({ group, topic, partition, because: error.message }, 'a partition waits to be read'),
    )
  let taking = false
  let again: bigint | undefined
  const owner: PartitionOwner = {
    topic,
    partition,
    lost: lease.lost,
    committed: async () => {
      const found = await patiently(() => committed(lease))
      return again === undefined ? found : { ...found, again }
    },
    commit: (nextOffset, metadata) => {
      if (!taking) throw new Error(`${topic}/${partition}: nothing was taken, nothing to commit`)
      return lease.commit(nextOffset, metadata)
    },
  }
  const worker = make(owner)
  return {
    open: async () => {
      const found = await owner.committed()
      const { offset } = found
      const begin = await patiently(async () => findStart?.(lease, found, onLost))
      again = begin?.again
      const asked = await patiently(() => worker.startOffset())
      const start = begin !== undefined && asked < begin.low ? begin.low : asked
      const fromBeginning = offset < 0n && start <= 0n
      return { offset: start, moves: start !== offset && !fromBeginning }
    },
    take: (batch) => {
      taking = true
      return worker.take(batch)
    },
    skipped: (next, seen) => noteGap?.(lease, [next, seen], onLost),
    close: () => worker.close(),
  }
}

/** Manual commits: a worker a partition, from each assignment to its loss. */
export const drained = (options: DrainOptions, wires: DrainWires): Handling => ({
  opens: 'at once',
  handle: (lease) => draining(lease, options, wires),
})
