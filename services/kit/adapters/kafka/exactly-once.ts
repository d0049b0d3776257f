import {
  type Broker,
  type Committed,
  MessageRefused,
  type OffsetsLost,
  type RawBatch,
  type RawMessage,
  type RawRecord,
} from '../../broker.ts'
import type { Logger } from '../../outside.ts'
import type { DrainWires } from './draining.ts'
import type { Handling, Lease, PartitionHandler, Start } from './partition-handler.ts'
import { aborted, growingWait, persistently } from './patience.ts'
import { checkMessage } from './records.ts'

/** Writes of one partition's owner: outputs and offset together, or neither. */
export interface Transactions {
  /** Shuts out every earlier owner, waits for what they left open, and only then reads what is committed. */
  open(): Promise<Committed>
  /** Throws when the outcome is not known, or when a later owner shut us out; nothing more may be written here then. */
  commit(messages: readonly RawMessage[], nextOffset: bigint, text: string): Promise<void>
  close(): Promise<void>
}

type ConsumeOptions = Parameters<Broker['consume']>[0]

/** What consuming needs besides the caller's options. */
export interface ExactlyOnceWires {
  readonly log: Logger
  readonly messageBytesMax: number
  transactions(lease: Lease): Transactions
  /** As with `DrainWires`. */
  readonly findStart?: DrainWires['findStart']
  readonly noteGap?: DrainWires['noteGap']
  readonly mustOpen?: NonNullable<Handling['mustOpen']>
}

class ExactlyOncePartition implements PartitionHandler {
  readonly #lease: Lease
  readonly #options: ConsumeOptions
  readonly #wires: ExactlyOnceWires
  readonly #transactions: Transactions
  readonly #log: Logger
  #working: Promise<void> = Promise.resolve()

  constructor(lease: Lease, options: ConsumeOptions, wires: ExactlyOnceWires) {
    this.#lease = lease
    this.#options = options
    this.#wires = wires
    this.#transactions = wires.transactions(lease)
    const { topic, partition } = lease
    this.#log = wires.log.child({ group: options.group, topic, partition })
  }

  async open(): Promise<Start> {
    const begin = await persistently(
      () => this.#findStart(),
      this.#lease.ending,
      (error) => this.#log.warn({ because: error.message }, 'a partition waits to be opened'),
    )
    return { offset: begin.offset, moves: begin.moves }
  }

  skipped(next: bigint, seen: bigint): void {
    this.#wires.noteGap?.(this.#lease, [next, seen], this.#onLost)
  }

  async #findStart(): Promise<Start> {
    const committed = await this.#transactions.open()
    const { offset } = committed
    const begin = await this.#wires.findStart?.(this.#lease, committed, this.#onLost)
    return { offset: begin?.low ?? offset, moves: begin !== undefined }
  }

  get #onLost(): (lost: OffsetsLost) => void {
    return this.#options.onLost ?? (() => {})
  }

  take(batch: RawBatch): Promise<void> {
    this.#working = this.#settleAll(batch)
    return this.#working
  }

  async close(): Promise<void> {
    await this.#working.catch(() => {})
    await this.#transactions.close()
  }

  async #settleAll(batch: RawBatch): Promise<void> {
    let rest = batch.records
    while (rest.length > 0 && !this.#lease.ending.aborted) {
      const records = rest.slice(0, this.#countOf(rest))
      await this.#settle({ ...batch, records })
      rest = rest.slice(records.length)
    }
  }

  #countOf(records: readonly RawRecord[]): number {
    const { batchRecordsMax, cut } = this.#options
    const most = records.slice(0, batchRecordsMax)
    const count = cut?.(most) ?? most.length
    if (!Number.isInteger(count) || count < 1 || count > most.length)
      throw new Error(`a cut of ${most.length} records can't be ${count}`)
    return count
  }

  async #settle(batch: RawBatch): Promise<void> {
    const messages = await this.#process(batch)
    const last = batch.records.at(-1)
    if (messages === undefined || last === undefined || this.#lease.hurry.aborted) return
    for (const message of messages) checkMessage(message, this.#wires.messageBytesMax)
    try {
      const text = JSON.stringify({ at: last.timestampMs })
      await this.#transactions.commit(messages, last.position.offset + 1n, text)
    } catch (error) {
      if (error instanceof MessageRefused || !(error instanceof Error)) throw error
      if (this.#lease.lost.aborted) return
      // Only a new assignment may open transactions again: who was shut out must not shut out the rightful owner.
      this.#log.warn({ because: error.message }, 'a transaction failed: joining the group anew')
      this.#lease.rejoin(error)
      await aborted(this.#lease.lost)
    }
  }

  /** Calls `process` until it works; undefined when the partition ends first. */
  async #process(batch: RawBatch): Promise<readonly RawMessage[] | undefined> {
    const { ending, hurry } = this.#lease
    const waits = growingWait(200, 10_000)
    do {
      try {
        return await this.#options.process(batch, hurry)
      } catch (error) {
        const because = error instanceof Error ? error.name : 'not an Error'
        if (!ending.aborted) this.#log.warn({ because }, 'a batch failed and comes again')
      }
      await waits.wait(ending)
    } while (!ending.aborted)
    return undefined
  }
}

/**
 * Topic to topic, exactly once: the messages of a batch and its offset are one transaction, in which every write fences a
 * predecessor. A batch without messages commits its offset in a transaction as well, so a zombie can't move the group either.
 */
export const exactlyOnce = (options: ConsumeOptions, wires: ExactlyOnceWires): Handling => ({
  opens: 'at first record',
  ...(wires.mustOpen === undefined ? {} : { mustOpen: wires.mustOpen }),
  handle: (lease) => new ExactlyOncePartition(lease, options, wires),
})
