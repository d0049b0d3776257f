import type { Consumer } from 'kafkajs'
import type { Consumption } from '../../broker.ts'
import type { Logger } from '../../outside.ts'
import type { Clients } from './clients.ts'
import type { Cluster } from './cluster.ts'
import { GroupMember } from './group-member.ts'
import type { Handling } from './partition-handler.ts'
import type { PartitionRun } from './partition-run.ts'
import { growingWait } from './patience.ts'

/** A consumer group that this process takes part in. */
export interface GroupOptions {
  readonly clients: Clients
  readonly cluster: Cluster
  readonly group: string
  readonly topics: readonly string[]
  readonly handling: Handling
  readonly log: Logger
  /** Called when a partition's position moved. */
  readonly onAdvance?: (run: PartitionRun) => void
  /** Sees each of kafkajs's consumers before it connects. */
  readonly watch?: (consumer: Consumer) => void
}

const livedWellMs = 30_000
const endsFreshMs = 5000

/** Takes part in a group until stopped: one member after another, since a member that lost its footing never recovers. */
export class Group implements Consumption {
  readonly done: Promise<void>
  readonly #options: GroupOptions
  readonly #log: Logger
  readonly #stopping = new AbortController()
  readonly #firstJoin = Promise.withResolvers<void>()
  readonly #lastRuns = new Map<string, PartitionRun>()
  #member: GroupMember | undefined
  #freshenedMs = Number.NEGATIVE_INFINITY

  private constructor(options: GroupOptions) {
    this.#options = options
    this.#log = options.log.child({ group: options.group })
    this.done = this.#live()
    this.done.then(this.#firstJoin.resolve, this.#firstJoin.reject)
  }

  /** Resolves when the group was joined. Rejects with what makes that impossible; waits for a cluster that is away. */
  static async join(options: GroupOptions): Promise<Group> {
    const group = new Group(options)
    await group.#firstJoin.promise
    return group
  }

  joined(): boolean {
    return this.#member?.joined === true
  }

  owns(topic: string, partition: number): boolean {
    return this.#member?.run(topic, partition)?.lease.lost.aborted === false
  }

  /** While a batch holds its partition up, nothing is fetched that would say how far the end has moved: then it is asked for. */
  lag(): Readonly<Record<string, bigint>> {
    this.#freshenEnds()
    const runs = [...(this.#member?.runs ?? [])]
    return Object.fromEntries(
      runs.map((run) => [`${run.lease.topic}/${run.lease.partition}`, run.lag]),
    )
  }

  /** Whether a partition is busy with a batch. */
  get isBusy(): boolean {
    return this.#member?.isBusy === true
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#member?.stop()
    await this.done.catch(() => {})
  }

  async #live(): Promise<void> {
    const waits = growingWait(200, 5000)
    while (!this.#stopping.signal.aborted) {
      const bornMs = performance.now()
      const member = this.#newMember()
      this.#member = member
      const end = await member.live()
      await member.leave()
      if (end.kind === 'failed') throw end.error
      if (end.kind === 'stopped') return
      this.#log.warn({ because: end.because.message }, 'joining the group anew')
      if (performance.now() - bornMs > livedWellMs) waits.reset()
      await waits.wait(this.#stopping.signal)
    }
  }

  #freshenEnds(): void {
    const { cluster, topics } = this.#options
    const nowMs = performance.now()
    if (!this.isBusy || nowMs - this.#freshenedMs < endsFreshMs) return
    this.#freshenedMs = nowMs
    const freshen = async (topic: string): Promise<void> => {
      for (const [partition, { end }] of await cluster.extents(topic)) {
        const run = this.#member?.run(topic, partition)
        if (run !== undefined && end > run.end) run.end = end
      }
    }
    for (const topic of topics) freshen(topic).catch(() => {})
  }

  #newMember(): GroupMember {
    const { clients, group, topics, handling, onAdvance, watch } = this.#options
    return new GroupMember({
      clients,
      group,
      topics,
      handling,
      lastRuns: this.#lastRuns,
      onJoin: this.#firstJoin.resolve,
      ...(onAdvance === undefined ? {} : { onAdvance }),
      ...(watch === undefined ? {} : { watch }),
    })
  }
}
