import { standingOf } from '../../../services/kit/adapters/kafka/standing.ts'
import {
  type Committed,
  PartitionLost,
  type PartitionOwner,
  type RawRecord,
} from '../../../services/kit/broker.ts'
import { readCommitText, rowPlace } from '../../../services/kit/runtime/sink/bounds.ts'
import type { Random } from './random.ts'

const recordOf = (offset: bigint, timestampMs: number): RawRecord => ({
  position: { topic: 't', partition: 0, offset },
  key: Buffer.from('k'),
  value: Buffer.alloc(1),
  headers: {},
  timestampMs,
})

/** The place of a record, as rows have it. */
export const placeOf = ({ position, timestampMs }: RawRecord): string =>
  rowPlace(position.offset, timestampMs)

/** Simulated: one partition of a topic and the group's offset in it. */
export class SimulatedLog {
  records: RawRecord[] = []
  low = 0n
  end = 0n
  committed = { offset: -1n, metadata: '' }
  /** Places that must be in the table at the end, though the log may have lost them since. */
  readonly settled = new Set<string>()
  readonly #random: Random
  #nowMs = Date.UTC(2026, 0, 31, 23, 59, 59, 900)
  #generation = 0
  /** The group's offset in this log; -1 while it only has one of a topic before. */
  #reached = -1n

  constructor(random: Random) {
    this.#random = random
  }

  /** Appends records; gaps are transaction markers, and now and then a month ends. */
  append(count: number): void {
    for (let i = 0; i < count; i++) {
      if (this.end > 0n && this.#random.chance(0.1)) this.end += 1n
      this.#nowMs += this.#random.below(20)
      this.records.push(recordOf(this.end, this.#nowMs))
      this.end += 1n
    }
  }

  /** Removes what `gone` says; what the group had settled before stays due. */
  #remove(gone: (record: RawRecord) => boolean): void {
    for (const record of this.records)
      if (gone(record) && record.position.offset < this.#reached) this.settled.add(placeOf(record))
    this.records = this.records.filter((record) => !gone(record))
  }

  compact(): void {
    this.#remove(() => this.#random.chance(0.3))
  }

  /** Moves the log's beginning; past the group's offset when `unread`. */
  retain(unread: boolean): void {
    const from = unread ? this.end - BigInt(this.#random.below(5)) : this.committed.offset
    if (from <= this.low || from > this.end) return
    this.#remove(({ position }) => position.offset < from)
    this.low = from
  }

  /** Deletes the topic and makes it anew, with as many records or fewer or more. */
  recreate(count: number): void {
    this.#remove(() => true)
    this.#reached = -1n
    this.low = 0n
    this.end = 0n
    this.#nowMs += 1000
    this.append(count)
  }

  /** The next owner; those before it may no longer commit. */
  own(
    lost: AbortSignal,
    step: (kind: string, effect: () => void) => Promise<void>,
  ): PartitionOwner {
    this.#generation += 1
    const generation = this.#generation
    return {
      topic: 't',
      partition: 0,
      lost,
      committed: async () => this.#standing(),
      commit: (offset, metadata) =>
        step('commit', () => {
          if (generation !== this.#generation || lost.aborted) throw new PartitionLost('fenced')
          this.committed = { offset, metadata }
          this.#reached = offset
        }),
    }
  }

  #standing(): Committed {
    const { offset, metadata } = this.committed
    const { lastMs } = readCommitText(metadata)
    const later = this.records.find(({ timestampMs }) => timestampMs > (lastMs ?? 0))
    const stand = { offset, low: this.low, end: this.end }
    const firstLater = lastMs === undefined ? undefined : later?.position.offset
    const kind = standingOf({ ...stand, firstLater })
    return kind === 'recreated' ? { offset, metadata, again: this.low } : { offset, metadata }
  }
}
