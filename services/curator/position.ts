/** Where a log record stood in `inference-logs`. */
export interface SourcePosition {
  readonly partition: number
  readonly offset: bigint
}

/**
 * True when the other position is not this record's own and came before it. Partitions have no common order: a record
 * that another partition has emitted came before.
 */
export const isEarlier = (other: SourcePosition | undefined, own: SourcePosition): boolean =>
  other !== undefined && (other.partition !== own.partition || other.offset < own.offset)

/** True when the other position is this record's own: it was emitted, and is replayed. */
export const isSame = (other: SourcePosition | undefined, own: SourcePosition): boolean =>
  other?.partition === own.partition && other.offset === own.offset
