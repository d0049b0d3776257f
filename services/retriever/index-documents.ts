import { defineProcessor, digest, drop, emitAll, integer, redactBody, reject } from '#kit'
import { type Document, topics } from '#schemas'
import type { Block } from './block.ts'
import { chunk } from './chunk.ts'
import { htmlBlocks } from './extract-html.ts'
import { markdownBlocks, textBlocks } from './extract-text.ts'
import { chunkRow, type Stored, tombstones } from './row.ts'

/** What indexing needs of the outside. */
export interface World {
  /** How many chunks of each document stand in each collection. */
  readonly stored: (documentIds: readonly string[]) => Promise<readonly (readonly Stored[])[]>
}

const extractors: Readonly<Record<string, (content: string) => readonly Block[]>> = {
  'text/plain': textBlocks,
  'text/markdown': markdownBlocks,
  'text/html': htmlBlocks,
}

const extractorOf = (mediaType: string) => {
  const [type = ''] = mediaType.toLowerCase().split(';')
  const name = type.trim()
  return Object.hasOwn(extractors, name) ? extractors[name] : undefined
}

/** Undefined where it can't be redacted: nothing unredacted is stored. */
const redacted = (text: string): string | undefined => {
  const result = redactBody(text, 'text')
  return result.ok ? (result.text ?? text) : undefined
}

const redactBlocks = (blocks: readonly Block[]): readonly Block[] | undefined => {
  const clean = blocks.map((block) => ({ ...block, text: redacted(block.text) }))
  return clean.every((block): block is Block => block.text !== undefined) ? clean : undefined
}

const write = (
  document: Document,
  rows: readonly Readonly<Record<string, unknown>>[],
  version: bigint,
) =>
  emitAll(
    [],
    [
      {
        kind: 'insertRows',
        id: digest('chunks', document.documentId, String(version)),
        table: 'chunks',
        rows,
      },
    ],
  )

/** Documents become chunks in the table `chunks`, and disappear from it. */
export const indexDocuments = defineProcessor({
  service: 'retriever',
  name: 'index',
  input: topics.documents,
  outputs: [],
  oneRecordPerKey: true,
  settings: {
    charactersMax: integer('CHUNK_CHARACTERS_MAX', 1000, 'Longest chunk, in characters.', {
      min: 200,
      max: 20_000,
    }),
    overlapCharacters: integer(
      'CHUNK_OVERLAP_CHARACTERS',
      150,
      'What a chunk repeats of the one before it, in characters; at most half a chunk is used.',
      { max: 10_000 },
    ),
  },

  gather: (records, world: World) => world.stored(records.map(({ value }) => value.documentId)),

  decide: (document, { facts: stored, settings, position: { offset: version } }) => {
    const { documentId, collection, mediaType, content } = document
    if (documentId === '' || collection === '') return reject('no document id or collection')
    if (document.removed) {
      const rows = tombstones({ ...document, collection: '' }, version, stored, 0)
      return rows.length === 0 ? drop('not there') : write(document, rows, version)
    }
    const extract = extractorOf(mediaType)
    if (extract === undefined) return reject('unknown media type')
    const blocks = redactBlocks(extract(content.toWellFormed()))
    const title = redacted(document.title.toWellFormed())
    if (blocks === undefined || title === undefined) return reject('can not be redacted')
    const { charactersMax } = settings
    const overlapCharacters = Math.min(settings.overlapCharacters, Math.floor(charactersMax / 2))
    const pieces = chunk(blocks, { charactersMax, overlapCharacters })
    const rows = [
      ...pieces.map((piece, i) => chunkRow(document, title, version, piece, i)),
      ...tombstones(document, version, stored, pieces.length),
    ]
    return rows.length === 0 ? drop('no text') : write(document, rows, version)
  },
})
