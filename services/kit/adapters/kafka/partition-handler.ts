import type { RawBatch } from '../../broker.ts'

/** What holds a partition together from its assignment to its loss. */
export interface Lease {
  readonly topic: string
  readonly partition: number
  /** Aborts once the partition is no longer ours. */
  readonly lost: AbortSignal
  /** Aborts when nothing new may begin: the consumer stops, or the partition is lost. */
  readonly ending: AbortSignal
  /** Aborts when work at hand must be given up: the grace of a stop is over, or the partition is lost. */
  readonly hurry: AbortSignal
  /** Commits in the group; see `PartitionOwner.commit`. */
  commit(nextOffset: bigint, metadata: string): Promise<void>
  /** Asks to join the group anew, since only a new assignment may settle what happened. */
  rejoin(because: Error): void
  /** Ends the consumer. */
  fail(error: unknown): void
}

/** Where a partition begins. */
export interface Start {
  /** Records below are not handed over. */
  readonly offset: bigint
  /** Whether this is somewhere else than the group's committed offset, so that reading must move there. */
  readonly moves: boolean
}

/** What is done with one partition. */
export interface PartitionHandler {
  /** Called once, before the first record. */
  open(): Promise<Start>
  /** Called with one batch at a time; rejects only when the consumer can't go on. */
  take(batch: RawBatch): Promise<void>
  /** Called when records between two offsets were not handed over: markers, compaction, or retention. */
  skipped?(next: bigint, seen: bigint): void
  /** Called once, when the consumer stops or the partition was lost. */
  close(): Promise<void>
}

/** Makes a partition's handler, and says whether it opens at its assignment or at its first record. */
export interface Handling {
  readonly opens: 'at once' | 'at first record'
  handle(lease: Lease): PartitionHandler
  /** Whether a partition must be opened before anything is fetched, since the log no longer has its offset. Never rejects. */
  readonly mustOpen?: (lease: Lease) => Promise<boolean>
}
