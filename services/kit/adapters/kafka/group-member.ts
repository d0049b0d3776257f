import type { Consumer, ConsumerEndBatchProcessEvent, EachBatchPayload } from 'kafkajs'
import { kafkaFault } from './faults.ts'
import { commitOwned, endOfCrash, type MemberEnd } from './member-faults.ts'
import { consumerFor, type MemberOptions, silenceMaxMs } from './member-options.ts'
import { PartitionRun } from './partition-run.ts'
import { endsWithin } from './patience.ts'
import { Pulse } from './pulse.ts'
import { batchOf } from './records.ts'

/**
 * How long a batch may keep the fetch loop waiting. Then its partition is paused and the loop goes on: heartbeats and
 * rebalances stay kafkajs's own, and no partition waits for another's slow batch.
 */
const detachAfterMs = 500

/** One life in a consumer group: from connecting to the first end, after which a new member takes over. */
export class GroupMember {
  readonly #options: MemberOptions
  readonly #consumer: Consumer
  readonly #runs = new Map<string, PartitionRun>()
  readonly #busy = new Set<PartitionRun>()
  readonly #commits = new Map<PartitionRun, EachBatchPayload['commitOffsetsIfNecessary']>()
  readonly #ended = Promise.withResolvers<MemberEnd>()
  readonly #pulse: Pulse
  #left = false
  joined = false

  constructor(options: MemberOptions) {
    this.#options = options
    this.#pulse = new Pulse(silenceMaxMs(options))
    this.#consumer = consumerFor(options)
    this.#listen()
    options.watch?.(this.#consumer)
  }

  get runs(): Iterable<PartitionRun> {
    return this.#runs.values()
  }

  get isBusy(): boolean {
    return this.#busy.size > 0
  }

  run(topic: string, partition: number): PartitionRun | undefined {
    return this.#runs.get(`${topic}/${partition}`)
  }

  /** Joins and consumes until something ends it. Never rejects. */
  async live(): Promise<MemberEnd> {
    const topics = [...this.#options.topics]
    this.#pulse.start((because) => this.#ended.resolve({ kind: 'again', because }))
    try {
      await this.#consumer.connect()
      await this.#consumer.subscribe({ topics, fromBeginning: true })
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 64,
        eachBatch: (payload) => this.#eachBatch(payload),
      })
    } catch (error) {
      this.#crash(error)
    }
    return this.#ended.promise
  }

  /** Lets the partitions finish; `live` then resolves. */
  async stop(): Promise<void> {
    await Promise.all([...this.runs].map((run) => run.finish()))
    this.#ended.resolve({ kind: 'stopped' })
  }

  /** Gives everything up and disconnects. A join that was under way comes to nothing: its runs would never end. */
  async leave(): Promise<void> {
    this.#left = true
    this.#pulse.stop()
    this.#loseAll()
    const leaving = this.#consumer.disconnect().catch(() => {})
    await endsWithin(leaving, 2000)
  }

  #listen(): void {
    const { events } = this.#consumer
    this.#consumer.on(events.HEARTBEAT, this.#pulse.beat)
    this.#consumer.on(events.GROUP_JOIN, this.#pulse.beat)
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => this.#assign(payload.memberAssignment))
    this.#consumer.on(events.REBALANCING, () => this.#loseAll())
    this.#consumer.on(events.CRASH, ({ payload }) => this.#crash(payload.error))
    this.#consumer.on(events.END_BATCH_PROCESS, ({ payload }) => this.#passMarkers(payload))
  }

  #assign(assignment: Readonly<Record<string, readonly number[]>>): void {
    this.#loseAll()
    if (this.#left) return
    for (const [topic, partitions] of Object.entries(assignment))
      for (const partition of partitions) this.#begin(topic, partition)
    this.joined = true
    this.#options.onJoin()
  }

  #begin(topic: string, partition: number): void {
    const { handling, lastRuns } = this.#options
    const key = `${topic}/${partition}`
    this.#steer((consumer) => consumer.pause([{ topic, partitions: [partition] }]))
    const run: PartitionRun = new PartitionRun(handling, {
      topic,
      partition,
      after: lastRuns.get(key)?.closed ?? Promise.resolve(),
      commit: (nextOffset, metadata) =>
        commitOwned(run, this.#commits.get(run), nextOffset, metadata),
      seek: (offset) =>
        this.#steer((consumer) => consumer.seek({ topic, partition, offset: String(offset) })),
      rejoin: (because) => this.#ended.resolve({ kind: 'again', because }),
      fail: (error) => this.#ended.resolve({ kind: 'failed', error }),
    })
    lastRuns.set(key, run)
    this.#runs.set(key, run)
    void run.fetchable().then(() => {
      if (run.lease.ending.aborted) return
      this.#steer((consumer) => consumer.resume([{ topic, partitions: [partition] }]))
    })
  }

  #loseAll(): void {
    this.joined = false
    for (const run of this.#runs.values()) run.lose()
    this.#runs.clear()
    this.#busy.clear()
    this.#commits.clear()
  }

  #crash(error: unknown): void {
    const { group, topics } = this.#options
    this.#loseAll()
    this.#ended.resolve(endOfCrash(error, group, topics))
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch
    const run = this.run(topic, partition)
    if (run === undefined || this.#busy.has(run)) return
    // Refused batches come again at once: a stop must not fetch in circles.
    if (run.lease.ending.aborted) return this.#pause(run)
    this.#busy.add(run)
    this.#commits.set(run, payload.commitOffsetsIfNecessary)
    const work = this.#work(run, payload)
    if (await endsWithin(work, detachAfterMs, run.lease.lost)) {
      this.#busy.delete(run)
      if (await work) payload.resolveOffset(payload.batch.lastOffset())
    } else if (!run.lease.lost.aborted) void this.#detach(run, work)
  }

  async #work(run: PartitionRun, { batch, isStale }: EachBatchPayload): Promise<boolean> {
    await run.ready()
    if (isStale()) return false
    const advanced = await run.take(batchOf(batch), BigInt(batch.lastOffset()) + 1n)
    if (advanced) this.#options.onAdvance?.(run)
    return advanced
  }

  async #detach(run: PartitionRun, work: Promise<boolean>): Promise<void> {
    const { topic, partition, lost } = run.lease
    this.#pause(run)
    const advanced = await work
    this.#busy.delete(run)
    if (lost.aborted) return
    this.#steer((consumer) => {
      if (advanced) consumer.seek({ topic, partition, offset: String(run.next) })
      consumer.resume([{ topic, partitions: [partition] }])
    })
  }

  #pause({ lease: { topic, partition } }: PartitionRun): void {
    this.#steer((consumer) => consumer.pause([{ topic, partitions: [partition] }]))
  }

  /** Batches of nothing but markers and aborted records never reach us; kafkajs passes them by itself. */
  #passMarkers(batch: ConsumerEndBatchProcessEvent['payload']): void {
    const run = this.run(batch.topic, batch.partition)
    if (batch.batchSize > 0 || run === undefined || this.#busy.has(run)) return
    run.pass(BigInt(batch.lastOffset) + 1n, BigInt(batch.highWatermark))
    this.#options.onAdvance?.(run)
  }

  /** kafkajs refuses to be steered while it crashes; the crash itself is reported by its event. */
  #steer(action: (consumer: Consumer) => void): void {
    try {
      action(this.#consumer)
    } catch (error) {
      if (this.joined)
        this.#ended.resolve({ kind: 'again', because: kafkaFault(error, 'steering') })
    }
  }
}
