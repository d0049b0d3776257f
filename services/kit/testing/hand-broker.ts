import type {
  Broker,
  Consumption,
  PartitionOwner,
  PartitionWorker,
  RawBatch,
  RawMessage,
  RawRecord,
} from '../broker.ts'

type Process = (batch: RawBatch, signal: AbortSignal) => Promise<readonly RawMessage[]>

/** A broker whose records a test hands over itself, one batch at a time. */
export interface HandBroker extends Broker {
  /** What was produced outside of batches. */
  readonly produced: RawMessage[]
  /** What `produce` throws from now on; undefined lets it through again. */
  failProduce(error: Error | undefined): void
  /** Hands a batch to the only consumer; resolves with the messages of its transaction. */
  hand(records: readonly RawRecord[], signal?: AbortSignal): Promise<readonly RawMessage[]>
  /** How many of these records the consumer wants in one batch. */
  cut(records: readonly RawRecord[]): number
  /** Assigns a partition to the only drain; returns its worker. */
  assign(partition: number, lost: AbortSignal): PartitionWorker
  /** Hands records to the follower of their topic. */
  publish(records: readonly RawRecord[]): Promise<void>
}

/** A record at a place, for a test. */
export const rawRecord = (
  topic: string,
  offset: bigint,
  {
    key = 'k',
    value,
    headers = {},
    timestampMs = 1000,
  }: Partial<{
    key: string | null
    value: Buffer | null
    headers: Record<string, Buffer>
    timestampMs: number
  }>,
): RawRecord => ({
  position: { topic, partition: 0, offset },
  key: key === null ? null : Buffer.from(key),
  value: value ?? null,
  headers,
  timestampMs,
})

const batchOf = (records: readonly RawRecord[]): RawBatch => ({
  topic: records[0]?.position.topic ?? '',
  partition: 0,
  records,
  endOffset: (records.at(-1)?.position.offset ?? -1n) + 1n,
})

const consumption = (): Consumption => {
  const done = Promise.withResolvers<void>()
  return {
    done: done.promise,
    joined: () => true,
    owns: () => true,
    lag: () => ({}),
    stop: async () => done.resolve(),
  }
}

/** A broker driven by hand, for tests of single parts of the runtime. */
export const handBroker = (): HandBroker => {
  const produced: RawMessage[] = []
  const followers = new Map<string, (batch: RawBatch) => Promise<void>>()
  let failure: Error | undefined
  let process: Process | undefined
  let cut = (records: readonly RawRecord[]): number => records.length
  let worker: ((owner: PartitionOwner) => PartitionWorker) | undefined
  return {
    produced,
    failProduce: (error) => {
      failure = error
    },
    hand: async (records, signal = new AbortController().signal) => {
      if (process === undefined) throw new Error('nobody consumes')
      return process(batchOf(records), signal)
    },
    cut: (records) => cut(records),
    assign: (partition, lost) => {
      if (worker === undefined) throw new Error('nobody drains')
      const committed = async () => ({ offset: -1n, metadata: '' })
      return worker({ topic: '', partition, committed, commit: async () => undefined, lost })
    },
    publish: async (records) => {
      const batch = batchOf(records)
      await followers.get(batch.topic)?.(batch)
    },
    consume: async (options) => {
      process = options.process
      cut = options.cut ?? cut
      return consumption()
    },
    drain: async (options) => {
      worker = options.worker
      return consumption()
    },
    follow: async ({ topic, take }) => {
      followers.set(topic, take)
      return { caughtUp: async () => undefined, stop: async () => undefined }
    },
    produce: async (messages) => {
      if (failure !== undefined) throw failure
      produced.push(...messages)
    },
    healthy: async () => true,
    close: async () => undefined,
  }
}
