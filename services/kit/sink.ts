import type { RawRecord } from './broker.ts'
import type { Settings, SettingsOf } from './settings.ts'
import type { RowWriter } from './transcode/index.ts'

/** The schema that a schema id stands for, as JSON text; undefined for an id that nobody knows. May throw `Transient`. */
export type WriterSchemas = (schemaId: number) => Promise<string | undefined>

/** Turns records into rows without building objects. */
export interface Transcoder {
  /** Gets what the records need, such as plans for new schema ids. May throw `Transient`. */
  readonly prepare: (records: readonly RawRecord[]) => Promise<void>
  /** Appends one row and returns undefined, or appends nothing and returns the reason, one of a small fixed set. */
  readonly append: (record: RawRecord, to: RowWriter, isRepeat: boolean) => string | undefined
}

/** One topic and the table that keeps it. */
export interface SinkInput {
  readonly topic: string
  readonly table: string
  /** The columns that rows fill, in their order. */
  readonly columns: readonly string[]
  /** The column with the record's key, where a key that comes again is marked as a repeat. */
  readonly repeatsBy?: string
  readonly transcoder: (schemas: WriterSchemas) => Transcoder
}

/** Topics that end in tables: bytes → row or rejection. The runtime owns bounds, insert and commit. */
export interface Sink<S extends Settings> {
  readonly kind: 'sink'
  readonly service: string
  readonly name: string
  readonly inputs: readonly SinkInput[]
  readonly settings: S
  readonly limits: (settings: SettingsOf<S>) => {
    readonly rowsMax: number
    readonly bytesMax: number
    readonly lingerMs: number
    /** Bytes that all partitions of the sink together hold before they take no more. */
    readonly bufferBytesMax: number
    /** Ids kept a partition, to tell repeats. */
    readonly idsMax: number
  }
}

/** Declares a sink; one consumer group `<service>.<name>` for all its topics. */
export const defineSink = <const S extends Settings>(sink: Omit<Sink<S>, 'kind'>): Sink<S> => ({
  kind: 'sink',
  ...sink,
})
