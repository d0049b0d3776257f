import type { RawRecord } from '../../broker.ts'
import type { Bounds } from './bounds.ts'

/** ClickHouse refuses these rows for what they are: another try won't help. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** A record that can't become a row, and why. */
export interface RejectedRow {
  readonly record: RawRecord
  /** One of a small fixed set. */
  readonly reason: string
}

/** Records as one RowBinary block; those that can't be rows are set aside. */
export interface EncodedBlock {
  readonly bytes: Uint8Array
  readonly accepted: readonly RawRecord[]
  readonly rejected: readonly RejectedRow[]
}

/** Encodes records; throws `Transient` when a schema can't be had now. The same records always give the same bytes. */
export type EncodeBlock = (records: readonly RawRecord[]) => Promise<EncodedBlock>

/** The table, as the commit protocol needs it. */
export interface BlockStore {
  /**
   * Inserts one block under a deduplication token. `Transient` leaves the outcome unknown; `Refused` means no row was stored.
   * A token that ends in `:table-only` says that views have these rows already and must not count them again.
   */
  insert(bytes: Uint8Array, token: string): Promise<void>
  /** The places (`rowPlace`) that the table holds within the bounds. */
  storedPlaces(bounds: Bounds): Promise<ReadonlySet<string>>
}
