import type { PartitionOwner, PartitionWorker, RawBatch, RawRecord } from '../../broker.ts'
import { areOfOneMonth, historyOf, sizeOf } from './block-shape.ts'
import { type Bounds, commitText, type Intent, readCommitText } from './bounds.ts'
import type { PartitionSinkOptions, Replay } from './partition-sink-options.ts'

/** Far behind, fetches are slower than a short linger. */
const behindLingerMs = 1000

/** A replay that is cut short costs a read of the table, and rows of views that only the whole block would bring. */
const replayLingerMs = 30_000

/**
 * Takes one partition's records to the table: intent in the commit's metadata, one block under one token, then the commit
 * past it. An intent found at the start is replayed within exactly its bounds before anything new.
 */
export class PartitionSink implements PartitionWorker {
  readonly #owner: PartitionOwner
  readonly #options: PartitionSinkOptions
  #records: RawRecord[] = []
  #bytes = 0
  #replay: Replay | undefined
  /** When Kafka took the last record that was settled. */
  #lastMs: number | undefined
  #lingering: { readonly waitMs: number; cancel(): void } | undefined
  #working: Promise<void> = Promise.resolve()
  #closed = false

  constructor(owner: PartitionOwner, options: PartitionSinkOptions) {
    this.#owner = owner
    this.#options = options
  }

  async startOffset(): Promise<bigint> {
    const { offset, metadata, again } = await this.#owner.committed()
    const { intent, lastMs } = readCommitText(metadata)
    if (again !== undefined) {
      const high = intent === undefined ? offset - 1n : intent.high
      this.#replay = { low: again, high, sinceMs: -1, part: true }
      return again
    }
    const newest = offset < 0n ? await this.#options.newestStored() : -1n
    if (newest >= 0n) {
      this.#replay = { low: 0n, high: newest, sinceMs: -1, part: true }
      return 0n
    }
    this.#lastMs = lastMs
    this.#replay = intent === undefined ? undefined : { low: offset, ...intent }
    return offset < 0n ? 0n : offset
  }

  async take({ records, endOffset, nextOffset }: RawBatch): Promise<void> {
    if (this.#over()) return
    for (const record of records) {
      const flushing = this.#takeOne(record)
      if (flushing === undefined) continue
      await flushing
      if (this.#over()) return
    }
    const last = records.at(-1)
    const next = nextOffset ?? (last === undefined ? endOffset : last.position.offset + 1n)
    this.#linger(next < endOffset)
  }

  /** A promise only where a block was ended: one a record would cost more than the record. */
  #takeOne(record: RawRecord): Promise<void> | undefined {
    if (!this.#endsBefore(record)) return this.#add(record)
    return this.#flush().then(() => (this.#over() ? undefined : this.#add(record)))
  }

  #add(record: RawRecord): Promise<void> | undefined {
    if (this.#replay !== undefined && record.position.offset > this.#replay.high)
      this.#replay = undefined
    const bytes = sizeOf(record)
    this.#records.push(record)
    this.#bytes += bytes
    this.#options.budget.take(bytes)
    return this.#endsAfter(record) ? this.#flush() : undefined
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#lingering?.cancel()
    await this.#working.catch(this.#options.onFailure)
    this.#options.budget.give(this.#bytes)
    this.#records = []
    this.#bytes = 0
  }

  /** Resolves when no block is on its way, rejects when one could not be stored. */
  settled(): Promise<void> {
    return this.#working
  }

  #over(): boolean {
    return this.#closed || this.#owner.lost.aborted
  }

  /** Far behind, the next fetch fills the block; caught up, a lonely record waits only a moment. */
  #linger(behind: boolean): void {
    if (this.#records.length === 0) return
    const waitMs = this.#lingerMs(behind)
    if (this.#lingering !== undefined && this.#lingering.waitMs <= waitMs) return
    this.#lingering?.cancel()
    const cancel = this.#options.after(waitMs, () => {
      this.#flush().catch(this.#options.onFailure)
    })
    this.#lingering = { waitMs, cancel }
  }

  #lingerMs(behind: boolean): number {
    const replays = this.#replay !== undefined
    if (replays && behind) return replayLingerMs
    return replays || behind ? behindLingerMs : this.#options.limits.lingerMs
  }

  /** A block stays within the replayed bounds, and within one month: a partition of the table is a part of its own. */
  #endsBefore(record: RawRecord): boolean {
    const first = this.#records[0]
    if (first === undefined) return false
    const past = this.#replay !== undefined && record.position.offset > this.#replay.high
    return past || !areOfOneMonth(first, record)
  }

  /** A replay comes whole where it can. Where all partitions together hold too much, blocks are short. */
  #endsAfter(record: RawRecord): boolean {
    const replay = this.#replay
    if (record.position.offset === replay?.high) return true
    if (replay !== undefined && !replay.part) return false
    const { rowsMax, bytesMax } = this.#options.limits
    if (this.#records.length >= rowsMax || this.#bytes >= bytesMax) return true
    // Parts are cut by the log alone: two owners who overlap then repair the same rows under the same token.
    return replay === undefined && this.#options.budget.spent()
  }

  #flush(): Promise<void> {
    this.#lingering?.cancel()
    this.#lingering = undefined
    this.#working = this.#working.then(() => this.#flushNow())
    return this.#working
  }

  async #flushNow(): Promise<void> {
    const records = this.#records
    const bytes = this.#bytes
    const first = records[0]
    const last = records.at(-1)
    if (first === undefined || last === undefined || this.#over()) return
    this.#records = []
    this.#bytes = 0
    try {
      await this.#settleBlock(records, first, last)
    } finally {
      this.#options.budget.give(bytes)
    }
  }

  async #settleBlock(
    records: readonly RawRecord[],
    first: RawRecord,
    last: RawRecord,
  ): Promise<void> {
    const { topic, partition, lost } = this.#owner
    const low = first.position.offset
    const high = last.position.offset
    const sinceMs = first.timestampMs
    const bounds: Bounds = { topic, partition, low, high, sinceMs }
    const replay = this.#replay
    this.#lastMs ??= sinceMs - 1
    if (replay === undefined) await this.#announce(low, { high, sinceMs, part: false })
    const announcePart = () =>
      this.#announce(low, { high: replay?.high ?? high, sinceMs, part: true })
    const history = historyOf(bounds, replay)
    const announced = replay === undefined || replay.part ? undefined : { ...bounds, ...replay }
    const protocol = { announcePart, announced }
    const rejected = await this.#options.store(records, bounds, history, protocol)
    await this.#options.reject(rejected)
    if (lost.aborted) return
    this.#lastMs = last.timestampMs
    await this.#settle(high, replay)
    this.#options.onStored(records, rejected)
  }

  #announce(low: bigint, intent: Intent): Promise<void> {
    return this.#owner.commit(low, commitText({ intent, lastMs: this.#lastMs }))
  }

  /** Moves the group past the block; what is left of a replay stays announced. */
  async #settle(high: bigint, replay: Replay | undefined): Promise<void> {
    const rest =
      replay !== undefined && high < replay.high
        ? { low: high + 1n, high: replay.high, sinceMs: -1, part: true }
        : undefined
    await this.#owner.commit(high + 1n, commitText({ intent: rest, lastMs: this.#lastMs }))
    this.#replay = rest
  }
}
