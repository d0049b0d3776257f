import { describe, expect, test } from 'vitest'
import { drop, reject } from '#kit'
import { given } from '#kit/testing'
import type { Document } from '#schemas'
import { indexDocuments } from './index-documents.ts'
import type { ChunkRow, Stored } from './row.ts'
import { aDocument } from './testing.ts'

const decide = (change: Partial<Document> = {}, facts: readonly Stored[] = [], offset = 7n) =>
  given(indexDocuments, { facts, offset }).when(aDocument(change))

const rowsOf = (...args: Parameters<typeof decide>): readonly ChunkRow[] => {
  const outcome = decide(...args)
  if (outcome.kind !== 'emit') throw new Error(outcome.reason)
  const [delivery] = outcome.deliveries
  if (delivery?.kind !== 'insertRows') throw new Error('no rows')
  return delivery.rows as readonly ChunkRow[]
}

describe('indexing', () => {
  test('writes a document’s chunks, with ids that derive from it', () => {
    const rows = rowsOf()
    expect(rows).toEqual(rowsOf())
    expect(rows).toMatchObject([
      {
        ...{ collection: 'manuals', document_id: 'document-1', chunk_index: 0, version: '7' },
        terms: 'coffee machine press the button for ten seconds',
        ...{ term_count: 8, removed: 0, event_time: '1700000000.123' },
      },
    ])
    expect(rows[0]?.chunk_id).not.toBe(rowsOf({}, [], 8n)[0]?.chunk_id)
  })

  test('takes away what an earlier version left behind', () => {
    const stored = [
      { collection: 'manuals', chunks: 3 },
      { collection: 'old', chunks: 1 },
    ]
    const gone = rowsOf({}, stored).filter(({ removed }) => removed === 1)
    expect(gone.map((row) => [row.collection, row.chunk_index, row.version, row.text])).toEqual([
      ['manuals', 1, '7', ''],
      ['manuals', 2, '7', ''],
      ['old', 0, '7', ''],
    ])
  })

  test('removes a document everywhere', () => {
    const stored = [{ collection: 'manuals', chunks: 2 }]
    expect(rowsOf({ removed: true }, stored).map(({ removed }) => removed)).toEqual([1, 1])
    expect(decide({ removed: true })).toEqual(drop('not there'))
  })

  test('keeps personal data out of the table', () => {
    const [row] = rowsOf({
      title: 'For jane@example.com',
      content: 'Call +49 30 901820 or write to a@example.org.',
    })
    expect(JSON.stringify(row)).not.toMatch(/jane|901820|example\.org\./)
    expect(row?.text).toContain('[EMAIL]')
  })

  test.each([
    [{ mediaType: 'application/pdf' }, reject('unknown media type')],
    [{ mediaType: 'constructor' }, reject('unknown media type')],
    [{ documentId: '' }, reject('no document id or collection')],
    [{ content: ' \n ' }, drop('no text')],
    [{ content: '<script>x</script>', mediaType: 'Text/HTML; charset=utf-8' }, drop('no text')],
  ])('names its reason: %j', (change, outcome) => {
    expect(decide(change)).toEqual(outcome)
  })
})
