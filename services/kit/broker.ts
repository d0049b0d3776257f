import type { Position } from './arrived.ts'

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
}

/** Records of one partition, in order, with gaps where compaction or markers are. */
export interface RawBatch {
  readonly topic: string
  readonly partition: number
  readonly records: readonly RawRecord[]
  /** First offset after the last record that readers may see; lag is counted to it. */
  readonly endOffset: bigint
}

/** A running consumer. */
export interface Consumption {
  /** Resolves after `stop`, rejects when the consumer can't go on. */
  readonly done: Promise<void>
  /** Whether this member owns the partition now. */
  owns(topic: string, partition: number): boolean
  /** Records behind, by `topic/partition`, for the partitions it owns. */
  lag(): Readonly<Record<string, bigint>>
  /** Finishes the batch at hand, leaves the group. */
  stop(): Promise<void>
}

/** What a partition's owner may do with its offsets, for a sink. */
export interface PartitionOwner {
  readonly topic: string
  readonly partition: number
  /** The group's committed offset (-1 when none) and the text that was committed with it. */
  committed(): Promise<{ readonly offset: bigint; readonly metadata: string }>
  commit(nextOffset: bigint, metadata: string): Promise<void>
  /** True once the partition was taken away: nothing may be written for it any more. */
  readonly lost: AbortSignal
}

/** What a sink does with one partition, from assignment to loss. */
export interface PartitionWorker {
  /** Where to start; asked once after each assignment, after `committed()` was read. */
  startOffset(): Promise<bigint>
  /** Takes records; resolves when it has room for more: the broker fetches no more meanwhile (heartbeats go on). */
  take(batch: RawBatch): Promise<void>
  /** Called when the group stops or rebalances: finish or drop what is buffered. */
  close(): Promise<void>
}

/** A reader of a whole topic, for a view: no group, from the beginning, for ever. */
export interface Follower {
  /** Resolves when everything that was readable at the call has been handed over. */
  caughtUp(): Promise<void>
  stop(): Promise<void>
}

/** The whole of Kafka, as the runtime needs it. One contract suite holds every implementation to it. */
export interface Broker {
  /**
   * Exactly once, topic to topic: the messages that `process` returns and the batch's offsets are one transaction.
   * `process` is called for one batch at a time a partition, never with a record below the committed offset;
   * when it throws, nothing of the batch is written and it comes again after a wait.
   */
  consume(options: {
    readonly group: string
    readonly topics: readonly string[]
    readonly batchRecordsMax: number
    readonly process: (batch: RawBatch, signal: AbortSignal) => Promise<readonly RawMessage[]>
  }): Promise<Consumption>
  /** Manual commits with metadata, for sinks. */
  drain(options: {
    readonly group: string
    readonly topics: readonly string[]
    readonly worker: (owner: PartitionOwner) => PartitionWorker
  }): Promise<Consumption>
  /** Reads a topic from its beginning, read committed. */
  follow(options: {
    readonly topic: string
    readonly take: (batch: RawBatch) => Promise<void>
  }): Promise<Follower>
  /** Idempotent, keyed, serialised by partition; resolves when acknowledged by all in-sync replicas. */
  produce(messages: readonly RawMessage[]): Promise<void>
  /** True when the cluster answers. */
  healthy(): Promise<boolean>
  close(): Promise<void>
}
