import { randomUUID } from 'node:crypto'
import type { Broker, Follower } from '../../broker.ts'
import type { Clients } from './clients.ts'
import type { Cluster, Extent } from './cluster.ts'
import { FetchRounds } from './fetch-rounds.ts'
import { Group } from './group.ts'
import type { Handling } from './partition-handler.ts'

type FollowOptions = Parameters<Broker['follow']>[0]

/** Positions of a follower; they survive a rejoin of its group, so that nothing is handed over twice. */
class Reached {
  readonly #next = new Map<number, bigint>()
  #waiting: (() => void)[] = []

  of(partition: number): bigint {
    return this.#next.get(partition) ?? 0n
  }

  advance(partition: number, next: bigint): void {
    if (next > this.of(partition)) this.#next.set(partition, next)
    this.wake()
  }

  wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resume of waiting) resume()
  }

  async until(isReached: () => boolean): Promise<void> {
    while (!isReached()) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}

const handing = ({ take }: FollowOptions, reached: Reached): Handling => ({
  opens: 'at first record',
  handle: ({ partition }) => ({
    open: async () => {
      const offset = reached.of(partition)
      return { offset, moves: offset > 0n }
    },
    take: async (batch) => {
      await take(batch)
      const last = batch.records.at(-1)
      if (last !== undefined) reached.advance(partition, last.position.offset + 1n)
    },
    close: async () => {},
  }),
})

/**
 * Reads a topic from its beginning in a group of its own, which is removed at the end. A partition has caught up when its
 * position, markers included, has come to the end that was readable at the call; or when a later fetch found nothing, since
 * compaction can leave a hole at the end that no position ever crosses.
 */
export const followTopic = async (
  options: FollowOptions,
  clients: Clients,
  cluster: Cluster,
): Promise<Follower> => {
  const { topic } = options
  const { clientId, fetchWaitMs, log } = clients.options
  const group = `view.${clientId}.${randomUUID()}`
  const reached = new Reached()
  let follower: Group | undefined
  let ended: Error | undefined
  const rounds = new FetchRounds(
    fetchWaitMs,
    () => follower?.isBusy === true,
    () => reached.wake(),
  )
  follower = await Group.join({
    clients,
    cluster,
    group,
    topics: [topic],
    handling: handing(options, reached),
    log,
    onAdvance: ({ lease, next }) => reached.advance(lease.partition, next),
    watch: (consumer) => rounds.watch(consumer),
  })
  const end = (error: Error): void => {
    ended ??= error
    reached.wake()
  }
  follower.done.then(
    () => end(new Error(`the follower of ${topic} was stopped`)),
    (error: unknown) => end(error instanceof Error ? error : new Error(String(error))),
  )
  return {
    caughtUp: async () => {
      rounds.addresses = await cluster.addresses()
      const extents = await cluster.extents(topic)
      const askedMs = performance.now()
      const isThere = ([partition, { low, end: to, leader }]: [number, Extent]): boolean =>
        to <= low || reached.of(partition) >= to || rounds.foundNothingSince(leader, askedMs)
      await reached.until(() => ended !== undefined || [...extents].every(isThere))
      if (ended !== undefined) throw ended
    },
    stop: async () => {
      await follower.stop()
      await cluster.forgetGroup(group)
    },
  }
}
