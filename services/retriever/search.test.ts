import { describe, expect, test } from 'vitest'
import { routeRequest } from '#kit/testing'
import { rank, search, searchByBody, type World } from './search.ts'
import { termsOf } from './terms.ts'

const place = (documentId: string, chunkIndex: number, frequency: number, length = 10) => ({
  ...{ documentId, chunkIndex, length },
  frequencies: [frequency],
})
const corpus = { chunks: 100, meanLength: 10, containing: [4] }
const chunkAt = ({ documentId, chunkIndex }: { documentId: string; chunkIndex: number }) => ({
  ...{ documentId, chunkIndex, chunkId: `${documentId}/${chunkIndex}` },
  ...{ title: '', heading: '', text: 'x', uri: '' },
})

const asked: unknown[] = []
const world: World = {
  corpus: async (query) => {
    asked.push(query)
    return corpus
  },
  candidates: async () => [place('b', 0, 1), place('a', 1, 1), place('a', 0, 1), place('c', 0, 3)],
  chunks: async (_, places) => places.filter(({ chunkIndex }) => chunkIndex === 0).map(chunkAt),
}
const find = async (given: Parameters<typeof routeRequest>[0], route = search) => {
  const request = routeRequest(given)
  const facts = await route.gather?.(request, world, {})
  if (facts === undefined) throw new Error('gathers nothing')
  return route.decide(request, { nowMs: 0, settings: {}, facts }).reply
}

describe('search', () => {
  test('ranks by score, then by place', () => {
    const candidates = [place('b', 0, 1), place('a', 1, 1), place('a', 0, 1), place('c', 0, 3)]
    const ranked = rank(candidates, corpus, 3)
    expect(ranked.map((one) => `${one.documentId}${one.chunkIndex}`)).toEqual(['c0', 'a0', 'a1'])
  })

  test('answers with chunks and scores, leaving out what has gone meanwhile', async () => {
    const { status, body } = await find({ query: { query: 'Büro!', limit: '4' } })
    expect(status).toBe(200)
    const { chunks } = body as { chunks: { chunkId: string; score: number }[] }
    expect(chunks.map(({ chunkId }) => chunkId)).toEqual(['c/0', 'a/0', 'b/0'])
    expect(chunks[0]?.score).toBeGreaterThan(chunks[1]?.score ?? 0)
    expect(asked.at(-1)).toEqual({ terms: ['büro'], collection: 'default', limit: 4 })
  })

  test('takes the question as a body too', async () => {
    const body = { query: 'a b a', collection: 'manuals', limit: 2 }
    const route = searchByBody as unknown as typeof search
    expect((await find({ body }, route)).status).toBe(200)
    expect(asked.at(-1)).toEqual({ terms: ['a', 'b'], collection: 'manuals', limit: 2 })
  })

  test('of no words finds nothing', async () => {
    expect(await find({ query: { query: '?!' } })).toMatchObject({ body: { chunks: [] } })
  })

  test.each([{}, { query: '' }, { query: 'x', limit: '0' }, { query: 'x', limit: 'secret' }])(
    'refuses %j without a quotation',
    async (query) => {
      const reply = await find({ query: query as Record<string, string> })
      expect(reply).toMatchObject({ status: 400, body: { error: { code: 'invalid_query' } } })
      expect(JSON.stringify(reply)).not.toContain('secret')
    },
  )

  test('reads words as they are stored', () => {
    expect(termsOf('Crème brûlée — ＡＢＣ-123, ﬁne!')).toEqual([
      'crème',
      'brûlée',
      'abc',
      '123',
      'fine',
    ])
  })
})
