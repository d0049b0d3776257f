import type { RawMessage } from '../broker.ts'
import type { Clock } from '../runtime/clock.ts'
import type { FileLayer } from './file-layer.ts'
import type { SpillLoss } from './journal.ts'

/** Records on disk that wait for Kafka: this process's own, and those of processes that are gone. */
export interface Spill {
  /** Resolves when the disk has all of them. Throws `SpillFull`, or what the disk says; then none is kept. */
  keep(messages: readonly RawMessage[]): Promise<Place>
  /** The oldest records, at most so many: first those of processes that are gone; none where nothing waits. */
  oldest(recordsMax: number): Promise<readonly RawMessage[]>
  /** Forgets so many of what `oldest` gave last. */
  took(records: number): Promise<void>
  /** Forgets so many of the oldest in the place that `keep` told, which must be the first ones it kept there. */
  tookKept(place: Place, records: number): Promise<void>
  sizeBytes(): number
  /** Looks for what processes that are gone have left, now and every 2 s, and says when there is some. */
  start(found: () => void): Promise<void>
  /** Leaves what is there to the next process. */
  close(): Promise<void>
}

/** Where records are kept and within what bounds; all processes of a queue share the folder. */
export interface SpillOptions {
  readonly files: FileLayer
  readonly clock: Clock
  readonly folder: string
  /** For one process. */
  readonly bytesMax: number
  readonly ageMaxMs: number
  readonly lost: (records: number, because: SpillLoss) => void
  /** Told what the disk says when something is wrong with a folder. */
  readonly complain: (error: unknown) => void
}

/** Where records were kept; it may belong to somebody else by now. */
export interface Place {
  readonly folder: string
}
