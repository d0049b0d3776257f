import type { Admin } from 'kafkajs'
import { Transient } from '../../errors.ts'
import type { Clients } from './clients.ts'
import { asking } from './faults.ts'
import { endsWithin, pause } from './patience.ts'

/** Where a partition's readable records begin and end, and who leads it. */
export interface Extent {
  readonly low: bigint
  /** The last stable offset: what is below can be read by read-committed readers. */
  readonly end: bigint
  /** The leader's node id; -1 while there is none. */
  readonly leader: number
}

const healthyWithinMs = 2000
const markersWithinMs = 10_000

/** Questions to the cluster, over one connection that opens at the first of them. */
export class Cluster {
  readonly #clients: Clients
  /** The first offset of the last transaction that this process committed, by `topic/partition`. */
  readonly #written = new Map<string, bigint>()
  #connecting: Promise<Admin> | undefined
  /** Ends when the last question so far is answered: kafkajs forgets topics while two questions refresh its metadata at once. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(clients: Clients) {
    this.#clients = clients
  }

  /** Notes what a transaction of this process wrote: it is readable only once Kafka has written its markers. */
  noteWritten(topic: string, partition: number, firstOffset: bigint): void {
    const key = `${topic}/${partition}`
    if (firstOffset > (this.#written.get(key) ?? -1n)) this.#written.set(key, firstOffset)
  }

  /** A group's committed offset (-1: none) and the text beside it. Throws `Transient`. */
  async committed(
    group: string,
    topic: string,
    partition: number,
  ): Promise<{ readonly offset: bigint; readonly metadata: string }> {
    const [found] = await this.#ask(`reading the offsets of ${group}`, (admin) =>
      admin.fetchOffsets({ groupId: group, topics: [topic] }),
    )
    const own = found?.partitions.find((each) => each.partition === partition)
    const offset = BigInt(own?.offset ?? -1)
    return { offset: offset < 0n ? -1n : offset, metadata: own?.metadata ?? '' }
  }

  /**
   * What of a topic can be read now, by partition; it waits until what this process has committed is part of it. Throws
   * `Transient`, also when those markers don't come within 10 s.
   */
  async extents(topic: string): Promise<ReadonlyMap<number, Extent>> {
    const deadlineMs = performance.now() + markersWithinMs
    for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, 200)) {
      const extents = await this.#extents(topic)
      if (!this.#awaitsMarkers(topic, extents)) return extents
      if (performance.now() > deadlineMs)
        throw new Transient(`a committed transaction of ${topic} does not become readable`)
      await pause(waitMs)
    }
  }

  /** The first offset of a partition that arrived at this time or later; its end when there is none. Throws `Transient`. */
  async firstSince(topic: string, partition: number, arrivedMs: number): Promise<bigint> {
    const found = await this.#ask(`reading the times of ${topic}`, (admin) =>
      admin.fetchTopicOffsetsByTimestamp(topic, arrivedMs),
    )
    return BigInt(found.find((each) => each.partition === partition)?.offset ?? -1)
  }

  /** Node ids to addresses, host:port. Throws `Transient`. */
  async addresses(): Promise<ReadonlyMap<number, string>> {
    const { brokers } = await this.#ask('reading the brokers', (admin) => admin.describeCluster())
    return new Map(brokers.map(({ nodeId, host, port }) => [nodeId, `${host}:${port}`]))
  }

  /** Removes a group that nobody needs again; a failure costs nothing, since Kafka forgets empty groups by itself. */
  async forgetGroup(group: string): Promise<void> {
    await this.#ask(`removing ${group}`, (admin) => admin.deleteGroups([group])).catch(() => {})
  }

  /** True when the cluster answers within 2 s. */
  async healthy(): Promise<boolean> {
    try {
      return await endsWithin(this.addresses(), healthyWithinMs)
    } catch {
      return false
    }
  }

  async close(): Promise<void> {
    const admin = await this.#connecting?.catch(() => undefined)
    await admin?.disconnect()
  }

  #awaitsMarkers(topic: string, extents: ReadonlyMap<number, Extent>): boolean {
    return [...extents].some(
      ([partition, { end }]) => end <= (this.#written.get(`${topic}/${partition}`) ?? -1n),
    )
  }

  async #extents(topic: string): Promise<ReadonlyMap<number, Extent>> {
    const [offsets, metadata] = await this.#ask(
      `reading the ends of ${topic}`,
      async (admin) =>
        [
          await admin.fetchTopicOffsets(topic),
          await admin.fetchTopicMetadata({ topics: [topic] }),
        ] as const,
    )
    const leaders = new Map(
      metadata.topics[0]?.partitions.map(({ partitionId, leader }) => [partitionId, leader]),
    )
    return new Map(
      offsets.map(({ partition, low, high }) => [
        partition,
        { low: BigInt(low), end: BigInt(high), leader: leaders.get(partition) ?? -1 },
      ]),
    )
  }

  async #ask<T>(doing: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    const answer = this.#turn.then(() => asking(doing, async () => question(await this.#admin())))
    this.#turn = answer.catch(() => undefined)
    return answer
  }

  #admin(): Promise<Admin> {
    if (this.#connecting === undefined) {
      const admin = this.#clients.patient().admin()
      this.#connecting = admin.connect().then(() => admin)
      this.#connecting.catch(() => {
        this.#connecting = undefined
      })
    }
    return this.#connecting
  }
}
