import type { Position } from './arrived.ts'

/** A message that will never be accepted, however often it is sent: keyless, too large, or for no topic. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused'
}

/** The partition was taken away: somebody else answers for it now, and nothing may be written for it any more. */
export class PartitionLost extends Error {
  override readonly name = 'PartitionLost'
}

/** A record as Kafka holds it. */
export interface RawRecord {
  readonly position: Position
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer>>
  readonly timestampMs: number
}

/** A record on its way to Kafka. Always keyed: a keyless retry may land in another partition. */
export interface RawMessage {
  readonly topic: string
  readonly key: Buffer | string
  readonly value: Buffer | null
  readonly headers?: Readonly<Record<string, Buffer | string>>
  /** Its topic takes messages of so many bytes, where that is more than the others do. */
  readonly bytesMax?: number
}

/** Records of one partition, in order, with gaps where compaction or markers are. */
export interface RawBatch {
  readonly topic: string
  readonly partition: number
  readonly records: readonly RawRecord[]
  /** First offset after the last record that readers may see; lag is counted to it. */
  readonly endOffset: bigint
  /** The next offset to look at, beyond markers that bring no record; after the last record unless set. */
  readonly nextOffset?: bigint
}

/** Committed offsets that the log no longer has: retention passed them, or the topic was made anew or cut. */
export interface OffsetsLost {
  readonly topic: string
  readonly partition: number
  readonly kind: 'retention' | 'recreated'
  /** The first offset that the group had not settled. */
  readonly next: bigint
  /** Where reading goes on: the log's first offset. */
  readonly from: bigint
  /** First offset after the log's last record. */
  readonly end: bigint
}

/** A running consumer. */
export interface Consumption {
  /** Resolves after `stop`, rejects when the consumer can't go on. A cluster that does not answer is waited for. */
  readonly done: Promise<void>
  /** Whether the group has assigned us partitions, none included; false while it rebalances. */
  joined(): boolean
  /** Whether this member owns the partition now. */
  owns(topic: string, partition: number): boolean
  /** Records behind, by `topic/partition`, for the partitions it owns. */
  lag(): Readonly<Record<string, bigint>>
  /** Gives the batch at hand 3 s to finish, then aborts its signal; leaves the group; within 10 s. */
  stop(): Promise<void>
}

/** Where a group stands in a partition. */
export interface Committed {
  /** -1 when nothing was committed. */
  readonly offset: bigint
  readonly metadata: string
  /**
   * Set when the topic was made anew, or its end cut off: the offset means nothing any more, and reading begins here. What is
   * read may be settled already where it was only cut.
   */
  readonly again?: bigint
}

/** What a partition's owner may do with its offsets, for a sink. */
export interface PartitionOwner {
  readonly topic: string
  readonly partition: number
  /** The group's committed offset (-1 when none) and the text that was committed with it. */
  committed(): Promise<Committed>
  /**
   * Commits with a text of at most 4,096 bytes; where that is JSON with `at`, the arrival of the last record below the offset
   * in milliseconds, a topic that was made anew is known by it. Throws `PartitionLost` once the partition was taken away, `Transient` when
   * the coordinator can't answer now, and Error before the first `take`: nothing was read, so nothing can be done.
   */
  commit(nextOffset: bigint, metadata: string): Promise<void>
  /** Aborts once the partition was taken away: nothing may be written for it any more. */
  readonly lost: AbortSignal
}

/** What a sink does with one partition, from assignment to loss. */
export interface PartitionWorker {
  /** Where to start; asked once after each assignment, after `committed()` was read. */
  startOffset(): Promise<bigint>
  /** Takes records; resolves when it has room for more: the broker fetches no more meanwhile (heartbeats go on). */
  take(batch: RawBatch): Promise<void>
  /**
   * Called when the group stops (then `commit` still works) or after the partition was lost: finish or drop what is
   * buffered. Not delayed by a `take` that never resolves. The next worker of this partition starts after it.
   */
  close(): Promise<void>
}

/** A reader of a whole topic, for a view: no group, from the beginning, for ever. */
export interface Follower {
  /**
   * Resolves when everything that was readable at the call, or that this broker committed before it, has been handed over.
   * Rejects with `Transient` when the cluster can't be asked, with Error once stopped.
   */
  caughtUp(): Promise<void>
  stop(): Promise<void>
}

/** The whole of Kafka, as the runtime needs it. One contract suite holds every implementation to it. */
export interface Broker {
  /**
   * Exactly once, topic to topic: the messages that `process` returns and the batch's offsets are one transaction.
   * `process` is called for one batch at a time a partition, never with a record below the committed offset;
   * when it throws, nothing of the batch is written and it comes again after a wait. Its signal aborts when the partition
   * is lost, and 3 s after `stop`. Resolves when the group was joined; rejects with `StartFault` when a topic does not exist.
   */
  consume(options: {
    readonly group: string
    readonly topics: readonly string[]
    readonly batchRecordsMax: number
    /** How many of the first of these records (at most `batchRecordsMax`) make the next batch; at least 1. */
    readonly cut?: (records: readonly RawRecord[]) => number
    readonly process: (batch: RawBatch, signal: AbortSignal) => Promise<readonly RawMessage[]>
    /** Told of records that are gone unread; reading goes on at the log's first offset. */
    readonly onLost?: (lost: OffsetsLost) => void
  }): Promise<Consumption>
  /** Manual commits with metadata, for sinks. */
  drain(options: {
    readonly group: string
    readonly topics: readonly string[]
    readonly worker: (owner: PartitionOwner) => PartitionWorker
    /** As with `consume`. */
    readonly onLost?: (lost: OffsetsLost) => void
  }): Promise<Consumption>
  /** Reads a topic from its beginning, read committed. */
  follow(options: {
    readonly topic: string
    readonly take: (batch: RawBatch) => Promise<void>
  }): Promise<Follower>
  /**
   * Idempotent, keyed, serialised by topic; resolves when acknowledged by all in-sync replicas. Throws `MessageRefused`, or
   * `Transient` when the outcome is not known: a second try may then write twice.
   */
  produce(messages: readonly RawMessage[]): Promise<void>
  /** True when the cluster answers. */
  healthy(): Promise<boolean>
  close(): Promise<void>
}
