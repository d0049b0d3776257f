import type { ClickHouse } from '#kit'
import { rarityOf } from '../bm25.ts'
import type { World as IndexWorld } from '../index-documents.ts'
import type { Stored } from '../row.ts'
import type { FoundChunk, World as SearchWorld } from '../search.ts'

/** Matches that are ranked for one query. */
const candidatesMax = 5000

const frequencies =
  "arrayMap(term -> countEqual(splitByChar(' ', terms), term), {words:Array(String)})"
const matching = 'collection = {collection:String} AND hasAnyTokens(terms, {words:Array(String)})'

const corpusSql = `
  SELECT
    (SELECT count() FROM chunks FINAL WHERE collection = {collection:String}) AS chunks,
    (SELECT ifNotFinite(avg(term_count), 0) FROM chunks FINAL WHERE collection = {collection:String}) AS meanLength,
    sumForEach(arrayMap(frequency -> toUInt64(frequency > 0), ${frequencies})) AS containing
  FROM chunks FINAL
  WHERE ${matching}`

const candidatesSql = `
  SELECT
    document_id AS documentId,
    chunk_index AS chunkIndex,
    term_count AS length,
    ${frequencies} AS frequencies
  FROM chunks FINAL
  WHERE ${matching}
  ORDER BY
    arraySum((frequency, rarity) -> rarity * (frequency > 0), frequencies, {rarities:Array(Float64)}) DESC,
    documentId,
    chunkIndex
  LIMIT {limit:UInt32}`

const chunksSql = `
  SELECT
    chunk_id AS chunkId,
    document_id AS documentId,
    chunk_index AS chunkIndex,
    title, heading, text, uri
  FROM chunks FINAL
  WHERE collection = {collection:String}
    AND (document_id, chunk_index) IN arrayZip({documentIds:Array(String)}, {indexes:Array(UInt32)})`

const storedSql = `
  SELECT document_id AS documentId, collection, toUInt32(max(chunk_index) + 1) AS chunks
  FROM chunks FINAL
  WHERE document_id IN {ids:Array(String)}
  GROUP BY document_id, collection
  ORDER BY collection`

/** The table `chunks`; FINAL, so that only the last version of a chunk is seen. */
export const chunkTable = (clickhouse: Pick<ClickHouse, 'query'>): IndexWorld & SearchWorld => ({
  stored: async (documentIds) => {
    const ids = [...new Set(documentIds)]
    const rows = await clickhouse.query<Stored & { readonly documentId: string }>(storedSql, {
      ids,
    })
    return documentIds.map((id) => rows.filter(({ documentId }) => documentId === id))
  },
  corpus: async ({ terms, collection }) => {
    const [row] = await clickhouse.query<{
      readonly chunks: number
      readonly meanLength: number
      readonly containing: readonly number[]
    }>(corpusSql, { words: terms, collection })
    return row ?? { chunks: 0, meanLength: 0, containing: [] }
  },
  candidates: ({ terms, collection }, { chunks, containing }) => {
    const rarities = terms.map((_, term) => rarityOf(chunks, containing[term] ?? 0))
    const limit = candidatesMax
    return clickhouse.query(candidatesSql, { words: terms, collection, rarities, limit })
  },
  chunks: (collection, places) =>
    clickhouse.query<FoundChunk>(chunksSql, {
      collection,
      documentIds: places.map(({ documentId }) => documentId),
      indexes: places.map(({ chunkIndex }) => chunkIndex),
    }),
})
