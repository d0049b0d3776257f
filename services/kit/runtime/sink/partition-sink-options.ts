import type { RawRecord } from '../../broker.ts'
import type { RejectedRow } from './block-store.ts'
import type { Bounds, Intent } from './bounds.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { BlockHistory, StoreBlockOptions } from './store-block.ts'

/** When a block is full, and how long a lonely record waits for company. */
export interface BlockLimits {
  readonly rowsMax: number
  readonly bytesMax: number
  readonly lingerMs: number
}

/** What one partition's sink does with its blocks. */
export interface PartitionSinkOptions {
  readonly limits: BlockLimits
  /** Shared with the other partitions of the sink. */
  readonly budget: ByteBudget
  /**
   * The newest offset that the table holds of this partition, -1 when none; asked where the group has no offset, which says
   * that it is new, or that its offsets went with a topic that was deleted, or ran out.
   */
  readonly newestStored: () => Promise<bigint>
  /** Stores a block exactly once; returns what can't be stored. */
  readonly store: (
    records: readonly RawRecord[],
    bounds: Bounds,
    history: BlockHistory,
    protocol: Pick<StoreBlockOptions, 'announcePart' | 'announced'>,
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
export interface Replay extends Intent {
  readonly low: bigint
}
