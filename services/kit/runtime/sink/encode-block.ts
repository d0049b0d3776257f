import type { RawRecord } from '../../broker.ts'
import { isRedrivenForOther } from '../../redriven.ts'
import type { SinkInput, Transcoder } from '../../sink.ts'
import { RowWriter } from '../../transcode/index.ts'
import type { EncodeBlock, RejectedRow } from './block-store.ts'
import type { RepeatIndex } from './repeats.ts'

const capacityFirstBytes = 1 << 20

/**
 * Buffers that blocks are encoded into and sent from, without a copy. A new one for each block would cost more than its
 * encoding: fresh memory is paged in, and hastens the garbage collector.
 */
export class BlockBuffers {
  readonly #free: RowWriter[] = []
  readonly #keepMax: number

  constructor(keepMax = 4) {
    this.#keepMax = keepMax
  }

  take(): RowWriter {
    return this.#free.pop() ?? new RowWriter(capacityFirstBytes)
  }

  /** Gives back what nobody reads any more. */
  give(writers: readonly RowWriter[]): void {
    for (const writer of writers) if (this.#free.length < this.#keepMax) this.#free.push(writer)
  }
}

/** How one partition's records become blocks. */
export interface BlockEncoder {
  /** `<service>.<sink>`. */
  readonly name: string
  readonly input: SinkInput
  readonly transcoder: Transcoder
  readonly repeats: () => Promise<RepeatIndex>
  readonly buffers: BlockBuffers
}

/** An encoder for one block and, where it must be stored in pieces, for those; `end` when that is over. */
export interface OneBlock {
  readonly encode: EncodeBlock
  /** Once all went well, the buffers serve again; after a failure an insert may still be read from them, so they don't. */
  readonly end: () => void
  readonly failed: () => void
}

/** Begins a block: what it encodes stands in buffers of its own. What was sent back for another is left out: its original is stored. */
export const beginBlock = (encoder: BlockEncoder): OneBlock => {
  const { name, input, transcoder, repeats, buffers } = encoder
  const used: RowWriter[] = []
  let isSure = true
  const append = (record: RawRecord, to: RowWriter, index: RepeatIndex): string | undefined => {
    const id = input.repeatsBy === undefined ? undefined : record.key?.toString()
    const isRepeat = id !== undefined && index.isRepeat(id, record.position.offset)
    return transcoder.append(record, to, isRepeat)
  }
  const encode: EncodeBlock = async (records) => {
    await transcoder.prepare(records)
    const index = await repeats()
    const writer = buffers.take()
    used.push(writer)
    writer.reset()
    const accepted: RawRecord[] = []
    const rejected: RejectedRow[] = []
    for (const record of records) {
      if (isRedrivenForOther(record, name)) continue
      const reason = append(record, writer, index)
      if (reason === undefined) accepted.push(record)
      else rejected.push({ record, reason })
    }
    return { bytes: writer.written(), accepted, rejected }
  }
  return {
    encode,
    end: () => {
      if (isSure) buffers.give(used)
    },
    failed: () => {
      isSure = false
    },
  }
}
