import type { Transactions } from '../adapters/kafka/exactly-once.ts'
import type { Handling, Lease } from '../adapters/kafka/partition-handler.ts'
import { PartitionRun } from '../adapters/kafka/partition-run.ts'
import { aborted } from '../adapters/kafka/patience.ts'
import { type Consumption, PartitionLost, type RawMessage } from '../broker.ts'
import type { MemoryLog, MemoryPartition } from './memory-broker-log.ts'

interface Commit {
  readonly offset: bigint
  readonly metadata: string
}

const keyOf = ({ topic, partition }: { topic: string; partition: number }): string =>
  `${topic}/${partition}`

/** A consumer group: who owns what, what is committed, and who may still write transactions. */
export class MemoryGroup {
  readonly #log: MemoryLog
  readonly #members = new Set<MemoryMember>()
  readonly #commits = new Map<string, Commit>()
  readonly #epochs = new Map<string, number>()

  constructor(log: MemoryLog) {
    this.#log = log
  }

  join(member: MemoryMember): void {
    this.#members.add(member)
    this.rebalance()
  }

  leave(member: MemoryMember): void {
    if (this.#members.delete(member)) this.rebalance()
  }

  /** Takes everything from everybody and gives it out anew, round robin, as the eager protocol does. */
  rebalance(): void {
    const members = [...this.#members]
    for (const member of members) member.loseAll()
    const topics = new Set(members.flatMap(({ topics }) => [...topics]))
    const partitions = [...topics].flatMap((topic) => this.#log.partitions(topic))
    for (const member of members) member.joinedNow()
    for (const [index, partition] of partitions.entries()) {
      const takers = members.filter(({ topics }) => topics.includes(partition.topic))
      takers[index % takers.length]?.begin(partition)
    }
  }

  committed(of: { topic: string; partition: number }): Commit {
    return this.#commits.get(keyOf(of)) ?? { offset: -1n, metadata: '' }
  }

  commit(of: { topic: string; partition: number }, offset: bigint, metadata: string): void {
    this.#commits.set(keyOf(of), { offset, metadata })
  }

  /** Transactions of one owner; opening them fences every earlier one. */
  transactions(lease: Lease): Transactions {
    let epoch = -1
    return {
      open: async () => {
        epoch = (this.#epochs.get(keyOf(lease)) ?? 0) + 1
        this.#epochs.set(keyOf(lease), epoch)
        return this.committed(lease)
      },
      commit: async (messages: readonly RawMessage[], nextOffset: bigint, text: string) => {
        await new Promise(setImmediate)
        if (epoch !== this.#epochs.get(keyOf(lease))) throw new PartitionLost('fenced')
        this.#log.append(messages, { transactional: true })
        this.commit(lease, nextOffset, text)
      },
      close: async () => {},
    }
  }
}

/** One member of a group, with one loop a partition. */
export class MemoryMember implements Consumption {
  readonly topics: readonly string[]
  readonly done: Promise<void>
  readonly #group: MemoryGroup
  readonly #handling: Handling
  readonly #done = Promise.withResolvers<void>()
  readonly #runs = new Map<string, PartitionRun>()
  readonly #lastRuns = new Map<string, PartitionRun>()
  readonly #partitions = new Map<string, MemoryPartition>()
  #joined = false

  constructor(group: MemoryGroup, topics: readonly string[], handling: Handling) {
    this.#group = group
    this.topics = topics
    this.#handling = handling
    this.done = this.#done.promise
    this.done.catch(() => {})
  }

  joined(): boolean {
    return this.#joined
  }

  joinedNow(): void {
    this.#joined = true
  }

  owns(topic: string, partition: number): boolean {
    return this.#runs.get(keyOf({ topic, partition }))?.lease.lost.aborted === false
  }

  lag(): Readonly<Record<string, bigint>> {
    for (const [key, run] of this.#runs) run.end = this.#partitions.get(key)?.end ?? run.end
    return Object.fromEntries([...this.#runs].map(([key, run]) => [key, run.lag]))
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.finish()))
    this.#end()
    this.#done.resolve()
  }

  loseAll(): void {
    this.#joined = false
    for (const run of this.#runs.values()) run.lose()
    this.#runs.clear()
  }

  begin(from: MemoryPartition): void {
    const { topic, partition } = from
    const key = keyOf(from)
    let position = this.#group.committed(from).offset
    const run: PartitionRun = new PartitionRun(this.#handling, {
      topic,
      partition,
      after: this.#lastRuns.get(key)?.closed ?? Promise.resolve(),
      commit: async (nextOffset, metadata) => {
        await new Promise(setImmediate)
        if (run.lease.lost.aborted) throw new PartitionLost(`${key} was taken away`)
        this.#group.commit(from, nextOffset, metadata)
      },
      seek: (offset) => {
        position = offset
      },
      rejoin: () => this.#group.rebalance(),
      fail: (error) => {
        this.#end()
        this.#done.reject(error)
      },
    })
    this.#runs.set(key, run)
    this.#partitions.set(key, from)
    this.#lastRuns.set(key, run)
    void this.#pump(run, from, () => position)
  }

  async #pump(run: PartitionRun, from: MemoryPartition, start: () => bigint): Promise<void> {
    const { ending } = run.lease
    await run.ready()
    let position = start()
    while (!ending.aborted) {
      const changed = from.changed()
      const { batch, next } = from.read(position)
      if (batch.records.length === 0) run.pass(next, from.end)
      else if (!(await run.take(batch, next))) return
      position = next
      if (next === from.end) await Promise.race([changed, aborted(ending)])
      // Kafka's answers come over the network: nobody may rely on less.
      await new Promise(setImmediate)
    }
  }

  #end(): void {
    this.loseAll()
    this.#group.leave(this)
  }
}
