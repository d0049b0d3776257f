import type { Broker, Consumption, PartitionOwner, PartitionWorker } from '../../broker.ts'

/** What a worker of an unwanted or held partition does: nothing, until it is closed or lost. */
const holder = (owner: PartitionOwner, closed: AbortController): PartitionWorker => {
  const over = Promise.withResolvers<void>()
  const end = (): void => {
    closed.abort()
    over.resolve()
  }
  owner.lost.addEventListener('abort', end, { once: true })
  if (owner.lost.aborted) end()
  return {
    startOffset: async () => {
      const { offset } = await owner.committed()
      return offset < 0n ? 0n : offset
    },
    take: () => over.promise,
    close: async () => end(),
  }
}

/**
 * Calls `own` while this instance owns partition 0 of a topic, with a signal that aborts when it no longer does. It holds
 * the partition by a consumer group that takes at most one fetch and never asks for more, so it costs heartbeats only.
 */
export const holdPartitionZero = async (
  broker: Broker,
  group: string,
  topic: string,
  own: (signal: AbortSignal) => void,
): Promise<Consumption> =>
  broker.drain({
    group,
    topics: [topic],
    worker: (owner) => {
      const closed = new AbortController()
      const worker = holder(owner, closed)
      if (owner.partition === 0) own(closed.signal)
      return worker
    },
  })
