import { PartitionLost, type RawBatch } from '../../broker.ts'
import type { Handling, Lease, PartitionHandler, Start } from './partition-handler.ts'
import { aborted, endsWithin } from './patience.ts'

/** What a run needs from whoever consumes. */
export interface RunWires {
  readonly topic: string
  readonly partition: number
  /** Settles when the same partition's last handler is closed. */
  readonly after: Promise<void>
  commit(nextOffset: bigint, metadata: string): Promise<void>
  seek(offset: bigint): void
  rejoin(because: Error): void
  fail(error: unknown): void
}

const graceMs = 3000
const closeWithinMs = 8000

/** One partition from its assignment to its loss: opens its handler, hands records over in order, closes it. */
export class PartitionRun {
  /** Settles when the handler is closed. */
  readonly closed: Promise<void>
  readonly lease: Lease
  /** The offset to read next; -1 until something was read. */
  next = -1n
  /** First offset after the last known record. */
  end = -1n
  readonly #lost = new AbortController()
  readonly #ending = new AbortController()
  readonly #hurry = new AbortController()
  readonly #wires: RunWires
  readonly #handling: Handling
  readonly #closed = Promise.withResolvers<void>()
  #handler: PartitionHandler | undefined
  #opened: Promise<Start | undefined> | undefined
  #closing = false

  constructor(handling: Handling, wires: RunWires) {
    const { topic, partition } = wires
    this.#handling = handling
    this.#wires = wires
    this.closed = this.#closed.promise
    this.lease = {
      topic,
      partition,
      lost: this.#lost.signal,
      ending: this.#ending.signal,
      hurry: this.#hurry.signal,
      commit: (nextOffset, metadata) => wires.commit(nextOffset, metadata),
      rejoin: (because) => this.#ifOurs(() => wires.rejoin(because)),
      fail: (error) => this.#ifOurs(() => wires.fail(error)),
    }
    if (handling.opens === 'at once') void this.ready()
  }

  get lag(): bigint {
    return this.next >= 0n && this.end > this.next ? this.end - this.next : 0n
  }

  /** Resolves with where to start; with undefined when it ended before it could. Never rejects. */
  ready(): Promise<Start | undefined> {
    this.#opened ??= this.#open()
    return this.#opened
  }

  /**
   * Resolves when records may be fetched. Until then the partition is paused: kafkajs meets an offset that the log no longer
   * has by committing the log's beginning over it, and what stood beside it would be gone. Never rejects.
   */
  async fetchable(): Promise<void> {
    const { opens, mustOpen } = this.#handling
    if (opens === 'at once' || (await mustOpen?.(this.lease)) === true) await this.ready()
  }

  /** Hands a batch over; true when it was taken wholly and reading goes on at `next`. Never rejects. */
  async take(batch: RawBatch, next: bigint): Promise<boolean> {
    const start = await this.ready()
    if (start === undefined || this.#ending.signal.aborted) return false
    this.end = batch.endOffset
    const first = batch.records[0]?.position.offset ?? next
    if (this.next < 0n) this.next = first
    if (first !== this.next) this.#handler?.skipped?.(this.next, first)
    if (first < this.next) {
      // kafkajs goes back to the beginning by itself where the log is not what it was: a new assignment looks into that.
      this.lease.rejoin(new Error('a log begins anew'))
      return false
    }
    const records = batch.records.filter(({ position }) => position.offset >= start.offset)
    try {
      if (records.length > 0) await this.#handler?.take({ ...batch, records, nextOffset: next })
    } catch (error) {
      this.lease.fail(error)
      return false
    }
    if (this.#ending.signal.aborted) return false
    this.next = next
    return true
  }

  /** Moves past offsets that hold nothing for readers. */
  pass(next: bigint, end: bigint): void {
    this.next = next
    this.end = end
  }

  /** The partition is somebody else's now. */
  lose(): void {
    this.#ending.abort()
    this.#lost.abort()
    this.#hurry.abort()
    void this.#close()
  }

  /** Lets the handler finish: 3 s undisturbed, 5 s more in a hurry. Then the partition counts as lost. */
  async finish(): Promise<void> {
    this.#ending.abort()
    void this.#close()
    if (!(await endsWithin(this.closed, graceMs))) {
      this.#hurry.abort()
      await endsWithin(this.closed, closeWithinMs - graceMs)
    }
    this.lose()
  }

  async #open(): Promise<Start | undefined> {
    await Promise.race([this.#wires.after, aborted(this.#ending.signal)])
    if (this.#ending.signal.aborted) return undefined
    try {
      this.#handler = this.#handling.handle(this.lease)
      const start = await Promise.race([
        this.#handler.open(),
        aborted(this.#lost.signal).then(() => undefined),
      ])
      if (start?.moves === true && !this.#lost.signal.aborted) this.#wires.seek(start.offset)
      return start
    } catch (error) {
      this.lease.fail(error)
      return undefined
    }
  }

  async #close(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    try {
      await this.#wires.after
      await this.#handler?.close()
    } catch (error) {
      if (!(error instanceof PartitionLost)) this.#wires.fail(error)
    }
    this.#closed.resolve()
  }

  #ifOurs(action: () => void): void {
    if (!this.#lost.signal.aborted) action()
  }
}
