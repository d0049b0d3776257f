import { createHash } from 'node:crypto'
import { MessageRefused, type RawBatch, type RawMessage, type RawRecord } from '../broker.ts'

const fetchRecordsMax = 500

/** One partition: records with gaps where a transaction's marker stands. */
export class MemoryPartition {
  readonly topic: string
  readonly partition: number
  readonly #records: RawRecord[] = []
  #end = 0n
  #changed = Promise.withResolvers<void>()

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  /** First offset after the last record or marker. */
  get end(): bigint {
    return this.#end
  }

  append({ key, value, headers = {} }: RawMessage): void {
    const own = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])
    this.#records.push({
      position: { topic: this.topic, partition: this.partition, offset: this.#end },
      key: Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers: Object.fromEntries(own),
      timestampMs: Date.now(),
    })
    this.#end += 1n
    this.#wake()
  }

  /** Takes an offset that no reader ever sees, as a transaction's marker does. */
  mark(): void {
    this.#end += 1n
    this.#wake()
  }

  /** Some records from an offset on, and the offset to read next: past trailing markers where no record follows. */
  read(offset: bigint): { readonly batch: RawBatch; readonly next: bigint } {
    const { topic, partition } = this
    const first = this.#records.findIndex(({ position }) => position.offset >= offset)
    const records = first === -1 ? [] : this.#records.slice(first, first + fetchRecordsMax)
    const last = records.at(-1)
    const more = last !== undefined && last !== this.#records.at(-1)
    const next = more ? last.position.offset + 1n : this.#end
    return { batch: { topic, partition, records, endOffset: this.#end }, next }
  }

  /** Resolves when something was appended after the call. */
  changed(): Promise<void> {
    return this.#changed.promise
  }

  #wake(): void {
    const { resolve } = this.#changed
    this.#changed = Promise.withResolvers()
    resolve()
  }
}

/** Topics and their partitions. */
export class MemoryLog {
  readonly #topics = new Map<string, readonly MemoryPartition[]>()

  createTopic(name: string, partitions: number): void {
    this.#topics.set(
      name,
      Array.from({ length: partitions }, (_, partition) => new MemoryPartition(name, partition)),
    )
  }

  /** Throws `MessageRefused` for an unknown topic. */
  partitions(topic: string): readonly MemoryPartition[] {
    const found = this.#topics.get(topic)
    if (found === undefined) throw new MessageRefused(`there is no topic ${topic}`)
    return found
  }

  /** Appends all messages or, when one is refused, none; a transaction leaves a marker in every partition it touched. */
  append(messages: readonly RawMessage[], { transactional }: { transactional: boolean }): void {
    const placed = messages.map((message) => ({ message, into: this.#partitionOf(message) }))
    for (const { message, into } of placed) into.append(message)
    if (transactional) for (const into of new Set(placed.map((each) => each.into))) into.mark()
  }

  #partitionOf({ topic, key }: RawMessage): MemoryPartition {
    const partitions = this.partitions(topic)
    const hash = createHash('sha256').update(key).digest().readUInt32BE()
    const found = partitions[hash % partitions.length]
    if (found === undefined) throw new MessageRefused(`${topic} has no partitions`)
    return found
  }
}
