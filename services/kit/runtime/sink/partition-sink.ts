import type { PartitionOwner, PartitionWorker, RawBatch, RawRecord } from '../../broker.ts'
import { type Bounds, type Intent, intentText, readIntent } from './bounds.ts'
import type { BlockHistory, RejectedRow } from './store-block.ts'

/** When a block is full, and how long a lonely record waits for company. */
export interface BlockLimits {
  readonly rowsMax: number
  readonly bytesMax: number
  readonly lingerMs: number
}

/** What one partition's sink does with its blocks. */
export interface PartitionSinkOptions {
  readonly limits: BlockLimits
  /** Stores a block exactly once; returns what can't be stored. */
  readonly store: (
    records: readonly RawRecord[],
    bounds: Bounds,
    history: BlockHistory,
    announcePart: () => Promise<void>,
    lost: AbortSignal,
  ) => Promise<readonly RejectedRow[]>
  /** Resolves when Kafka has acknowledged every dead letter. */
  readonly reject: (rows: readonly RejectedRow[]) => Promise<void>
  readonly onStored: (records: readonly RawRecord[], rejected: readonly RejectedRow[]) => void
  /** Runs an action later unless the returned function cancels it. */
  readonly after: (waitMs: number, action: () => void) => () => void
  /** A failure outside of `take`, in a lingering flush. */
  readonly onFailure: (error: unknown) => void
}

/** Bounds that an earlier process announced and may have stored. */
interface Replay extends Intent {
  readonly low: bigint
}

/** Fetches are slower than a short linger: a replay that is cut short costs a read of the table. */
const patientLingerMs = 1000

const monthOf = ({ timestampMs }: RawRecord): number => {
  const date = new Date(timestampMs)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

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
  #cancelLinger: (() => void) | undefined
  #working: Promise<void> = Promise.resolve()
  #closed = false

  constructor(owner: PartitionOwner, options: PartitionSinkOptions) {
    this.#owner = owner
    this.#options = options
  }

  async startOffset(): Promise<bigint> {
    const { offset, metadata } = await this.#owner.committed()
    const intent = readIntent(metadata)
    this.#replay = intent === undefined ? undefined : { low: offset, ...intent }
    return offset < 0n ? 0n : offset
  }

  async take({ records, endOffset }: RawBatch): Promise<void> {
    for (const record of records) {
      if (this.#over()) return
      await this.#takeOne(record)
    }
    const last = records.at(-1)
    this.#linger(last !== undefined && last.position.offset + 1n < endOffset)
  }

  async #takeOne(record: RawRecord): Promise<void> {
    if (this.#endsBefore(record)) await this.#flush()
    if (this.#replay !== undefined && record.position.offset > this.#replay.high)
      this.#replay = undefined
    this.#records.push(record)
    this.#bytes += record.value?.byteLength ?? 0
    if (this.#endsAfter(record)) await this.#flush()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelLinger?.()
    await this.#working.catch(this.#options.onFailure)
  }

  #over(): boolean {
    return this.#closed || this.#owner.lost.aborted
  }

  /** Far behind, the next fetch fills the block; caught up, a lonely record waits only a moment. */
  #linger(behind: boolean): void {
    if (this.#records.length === 0 || this.#cancelLinger !== undefined) return
    const patient = behind || this.#replay !== undefined
    const waitMs = patient ? patientLingerMs : this.#options.limits.lingerMs
    this.#cancelLinger = this.#options.after(waitMs, () => {
      this.#flush().catch(this.#options.onFailure)
    })
  }

  /** A block stays within the replayed bounds, and within one month: a partition of the table is a part of its own. */
  #endsBefore(record: RawRecord): boolean {
    const [first] = this.#records
    if (first === undefined) return false
    const past = this.#replay !== undefined && record.position.offset > this.#replay.high
    return past || monthOf(first) !== monthOf(record)
  }

  #endsAfter(record: RawRecord): boolean {
    if (this.#replay !== undefined) return record.position.offset === this.#replay.high
    const { rowsMax, bytesMax } = this.#options.limits
    return this.#records.length >= rowsMax || this.#bytes >= bytesMax
  }

  #flush(): Promise<void> {
    this.#cancelLinger?.()
    this.#cancelLinger = undefined
    this.#working = this.#working.then(() => this.#flushNow())
    return this.#working
  }

  async #flushNow(): Promise<void> {
    const records = this.#records
    const first = records[0]
    const last = records.at(-1)
    if (first === undefined || last === undefined || this.#over()) return
    this.#records = []
    this.#bytes = 0
    const { topic, partition, lost } = this.#owner
    const low = first.position.offset
    const high = last.position.offset
    const bounds: Bounds = { topic, partition, low, high }
    const replay = this.#replay
    if (replay === undefined) await this.#owner.commit(low, intentText({ high, part: false }))
    const announcePart = () =>
      this.#owner.commit(low, intentText({ high: replay?.high ?? high, part: true }))
    const history = historyOf(bounds, replay)
    const rejected = await this.#options.store(records, bounds, history, announcePart, lost)
    await this.#options.reject(rejected)
    if (lost.aborted) return
    await this.#settle(high, replay)
    this.#options.onStored(records, rejected)
  }

  /** Moves the group past the block; what is left of a replay stays announced. */
  async #settle(high: bigint, replay: Replay | undefined): Promise<void> {
    const rest =
      replay !== undefined && high < replay.high
        ? { low: high + 1n, high: replay.high, part: true }
        : undefined
    await this.#owner.commit(high + 1n, rest === undefined ? '' : intentText(rest))
    this.#replay = rest
  }
}

const historyOf = ({ low, high }: Bounds, replay: Replay | undefined): BlockHistory => {
  if (replay === undefined) return 'new'
  return !replay.part && low === replay.low && high === replay.high ? 'replayed' : 'part'
}
