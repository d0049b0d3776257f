import { defineRoute, type RouteRequest, reply } from '#kit'
import { bm25, type Corpus, type Match } from './bm25.ts'
import { type Query, readQuery } from './search-query.ts'

/** A chunk that matches, without its text. */
export interface Candidate extends Match {
  readonly documentId: string
  readonly chunkIndex: number
}

/** A chunk as the caller gets it. */
export interface FoundChunk {
  readonly chunkId: string
  readonly documentId: string
  readonly chunkIndex: number
  readonly title: string
  readonly heading: string
  readonly text: string
  readonly uri: string
}

/** What searching needs of the outside. */
export interface World {
  readonly corpus: (query: Query) => Promise<Corpus>
  /** At most `candidatesMax` matches, those with the rarest terms first. */
  readonly candidates: (query: Query, corpus: Corpus) => Promise<readonly Candidate[]>
  /** The chunks themselves, in any order; one that has gone meanwhile is missing. */
  readonly chunks: (
    collection: string,
    places: readonly Pick<Candidate, 'documentId' | 'chunkIndex'>[],
  ) => Promise<readonly FoundChunk[]>
}

/** A chunk with its score. */
export type RankedChunk = FoundChunk & { readonly score: number }

const byScore = (
  left: Candidate & { readonly score: number },
  right: Candidate & { readonly score: number },
): number => {
  if (left.score !== right.score) return right.score - left.score
  if (left.documentId !== right.documentId) return left.documentId < right.documentId ? -1 : 1
  return left.chunkIndex - right.chunkIndex
}

/** The best matches by BM25, best first; of equal scores the first by document id and index. Pure. */
export const rank = (candidates: readonly Candidate[], corpus: Corpus, limit: number) =>
  candidates
    .map((candidate) => ({ ...candidate, score: bm25(candidate, corpus) }))
    .sort(byScore)
    .slice(0, limit)

type Found = { readonly fault: string } | { readonly chunks: readonly RankedChunk[] }

const find = async (request: RouteRequest, world: World): Promise<Found> => {
  const query = readQuery(request)
  if ('fault' in query) return query
  if (query.terms.length === 0) return { chunks: [] }
  const corpus = await world.corpus(query)
  const ranked = rank(await world.candidates(query, corpus), corpus, query.limit)
  const found = ranked.length === 0 ? [] : await world.chunks(query.collection, ranked)
  const keyOf = ({ documentId, chunkIndex }: Pick<Candidate, 'documentId' | 'chunkIndex'>) =>
    JSON.stringify([documentId, chunkIndex])
  const byKey = new Map(found.map((one) => [keyOf(one), one]))
  const chunks = ranked.flatMap((one) => {
    const chunk = byKey.get(keyOf(one))
    return chunk === undefined ? [] : [{ ...chunk, score: one.score }]
  })
  return { chunks }
}

const searchBy = <const Method extends 'GET' | 'POST'>(method: Method, name: string) =>
  defineRoute({
    service: 'retriever',
    name,
    method,
    path: '/v1/search',
    outputs: [],
    settings: {},
    gather: find,
    decide: (_request, { facts }) =>
      'fault' in facts
        ? reply(400, {
            error: {
              message: facts.fault,
              type: 'invalid_request_error',
              code: 'invalid_query',
              param: null,
            },
          })
        : reply(200, facts),
  })

/** `GET /v1/search?query=…&collection=…&limit=…`: the chunks that fit best. */
export const search = searchBy('GET', 'search')

/** The same with the question as a JSON body, for what is too long or too private for an address. */
export const searchByBody = searchBy('POST', 'search-by-body')
