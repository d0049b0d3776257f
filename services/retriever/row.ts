import { digest } from '#kit'
import type { Document } from '#schemas'
import type { Piece } from './chunk.ts'
import { termsOf } from './terms.ts'

/** A row of the table `chunks`, as JSONEachRow takes it. */
export type ChunkRow = {
  readonly collection: string
  readonly document_id: string
  readonly chunk_index: number
  readonly version: string
  readonly chunk_id: string
  readonly title: string
  readonly heading: string
  readonly text: string
  readonly terms: string
  readonly term_count: number
  readonly uri: string
  /** Seconds since 1970 UTC, with three decimals. */
  readonly event_time: string
  /** 1 where there is no such chunk any more. */
  readonly removed: 0 | 1
}

/** Where the chunks of a document stand in the table: how many there are in a collection. */
export interface Stored {
  readonly collection: string
  readonly chunks: number
}

/** A piece as a row; title and headings are searched with the text. */
export const chunkRow = (
  document: Document,
  title: string,
  version: bigint,
  { heading, text }: Piece,
  index: number,
): ChunkRow => {
  const { collection, documentId, uri, eventTimeMs } = document
  const terms = termsOf(`${title} ${heading} ${text}`)
  return {
    collection,
    document_id: documentId,
    chunk_index: index,
    version: String(version),
    chunk_id: digest('chunk', documentId, String(version), String(index)),
    ...{ title, heading, text, uri },
    terms: terms.join(' '),
    term_count: terms.length,
    event_time: (eventTimeMs / 1000).toFixed(3),
    removed: 0,
  }
}

/** The row that takes a chunk away. */
const tombstone = (
  document: Document,
  version: bigint,
  collection: string,
  index: number,
): ChunkRow => ({
  ...chunkRow(document, '', version, { heading: '', text: '' }, index),
  collection,
  chunk_id: '',
  uri: '',
  removed: 1,
})

/** Takes away what earlier versions left behind: further chunks, and chunks in other collections. */
export const tombstones = (
  document: Document,
  version: bigint,
  stored: readonly Stored[],
  chunks: number,
): readonly ChunkRow[] =>
  stored.flatMap(({ collection, chunks: there }) => {
    const from = collection === document.collection ? chunks : 0
    const gone = Array.from({ length: Math.max(0, there - from) }, (_, i) => from + i)
    return gone.map((index) => tombstone(document, version, collection, index))
  })
