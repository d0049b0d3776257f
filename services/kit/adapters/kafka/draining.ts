import type { Broker, PartitionOwner } from '../../broker.ts'
import type { Logger } from '../../outside.ts'
import type { Handling, Lease, PartitionHandler } from './partition-handler.ts'
import { persistently } from './patience.ts'

type DrainOptions = Parameters<Broker['drain']>[0]

/** What draining needs besides the caller's options. */
export interface DrainWires {
  readonly log: Logger
  /** The group's committed offset (-1: none) and its text. Throws `Transient`. */
  committed(lease: Lease): Promise<{ readonly offset: bigint; readonly metadata: string }>
}

const draining = (
  lease: Lease,
  { group, worker: make }: DrainOptions,
  { log, committed }: DrainWires,
): PartitionHandler => {
  const { topic, partition } = lease
  const patiently = <T>(attempt: () => Promise<T>): Promise<T> =>
    persistently(attempt, lease.ending, (error) =>
      log.warn({ group, topic, partition, because: error.message }, 'a partition waits to be read'),
    )
  let taking = false
  const owner: PartitionOwner = {
    topic,
    partition,
    lost: lease.lost,
    committed: () => patiently(() => committed(lease)),
    commit: (nextOffset, metadata) => {
      if (!taking) throw new Error(`${topic}/${partition}: nothing was taken, nothing to commit`)
      return lease.commit(nextOffset, metadata)
    },
  }
  const worker = make(owner)
  return {
    open: async () => {
      const { offset } = await owner.committed()
      const start = await patiently(() => worker.startOffset())
      const fromBeginning = offset < 0n && start <= 0n
      return { offset: start, moves: start !== offset && !fromBeginning }
    },
    take: (batch) => {
      taking = true
      return worker.take(batch)
    },
    close: () => worker.close(),
  }
}

/** Manual commits: a worker a partition, from each assignment to its loss. */
export const drained = (options: DrainOptions, wires: DrainWires): Handling => ({
  opens: 'at once',
  handle: (lease) => draining(lease, options, wires),
})
