import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { ClickHouse } from '#kit'
import { given, routeRequest } from '#kit/testing'
import type { Document } from '#schemas'
import { indexDocuments } from '../index-documents.ts'
import { searchByBody } from '../search.ts'
import { aDocument } from '../testing.ts'
import { chunkTable } from './chunk-table.ts'

const database = `retriever_${randomUUID().replaceAll('-', '')}`
const ddl = readFileSync(
  new URL('../../../infra/clickhouse/02-chunks.sql', import.meta.url),
  'utf8',
).replaceAll('flywheel', database)
let client: ClickHouseClient
let offset = 0n

const query: ClickHouse['query'] = async <Row>(sql: string, parameters = {}) => {
  const found = await client.query({ query: sql, query_params: parameters, format: 'JSONEachRow' })
  return found.json<Row>()
}
const table = chunkTable({ query })

beforeAll(async () => {
  const { url, user, password } = inject('stack').clickhouse
  const settings = { output_format_json_quote_64bit_integers: 0 } as const
  const options = { url, username: user, password, clickhouse_settings: settings }
  const root = createClient(options)
  await root.command({ query: `CREATE DATABASE ${database}` })
  await root.close()
  client = createClient({ ...options, database })
  const statements = ddl.replace(/^--.*$/gm, '').split(/;\s*$/m)
  for (const statement of statements)
    if (statement.trim() !== '') await client.command({ query: statement })
})

afterAll(async () => {
  await client.command({ query: `DROP DATABASE ${database}` })
  await client.close()
})

const index = async (change: Partial<Document>): Promise<void> => {
  const document = aDocument(change)
  const [facts = []] = await table.stored([document.documentId])
  const outcome = given(indexDocuments, { facts, offset: offset++ }).when(document)
  if (outcome.kind !== 'emit') return
  for (const delivery of outcome.deliveries)
    if (delivery.kind === 'insertRows')
      await client.insert({
        table: delivery.table,
        values: [...delivery.rows],
        format: 'JSONEachRow',
      })
}

const search = async (question: string, collection = 'manuals') => {
  const request = routeRequest({ body: { query: question, collection } })
  const facts = await searchByBody.gather?.(request, table, {})
  if (facts === undefined || 'fault' in facts) throw new Error('no answer')
  return facts.chunks
}
const idsOf = async (question: string, collection?: string) =>
  (await search(question, collection)).map(({ documentId }) => documentId)

describe('the chunk table', () => {
  test('finds by words of text, title and headings, best first, in one collection only', async () => {
    await index({ documentId: 'coffee' })
    await index({
      documentId: 'kettle',
      title: 'Kettle',
      mediaType: 'text/markdown',
      content: '# Descaling\nUse vinegar. The button is red, the red button.\n',
    })
    await index({ documentId: 'other', collection: 'elsewhere', content: 'Vinegar.' })
    expect(await idsOf('vinegar')).toEqual(['kettle'])
    expect(await idsOf('DESCALING coffee')).toEqual(expect.arrayContaining(['kettle', 'coffee']))
    expect((await idsOf('red button'))[0]).toBe('kettle')
    expect(await idsOf('giraffe')).toEqual([])
    const [found] = await search('vinegar')
    expect(found).toMatchObject({ heading: 'Descaling', title: 'Kettle', chunkIndex: 0 })
    expect(found?.score).toBeGreaterThan(0)
    const [stored] = await query<{ readonly atMs: string }>(
      "SELECT toString(toUnixTimestamp64Milli(event_time)) AS atMs FROM chunks WHERE document_id = 'kettle'",
    )
    expect(stored).toEqual({ atMs: '1700000000123' })
  })

  test('forgets a text that was replaced, chunks that are left over, and a removed document', async () => {
    const long = Array.from({ length: 60 }, (_, i) => `Sentence number ${i} about llamas.`).join(
      ' ',
    )
    await index({ documentId: 'zoo', title: '', content: long })
    expect((await idsOf('llamas')).length).toBeGreaterThan(1)
    await index({ documentId: 'zoo', title: '', content: 'Now about penguins.' })
    expect(await idsOf('llamas')).toEqual([])
    expect(await idsOf('penguins')).toEqual(['zoo'])
    expect(await table.stored(['zoo', 'nowhere'])).toMatchObject([[{ chunks: 1 }], []])
    await index({ documentId: 'zoo', title: '', content: 'Penguins.', collection: 'birds' })
    expect([await idsOf('penguins'), await idsOf('penguins', 'birds')]).toEqual([[], ['zoo']])
    await index({ documentId: 'zoo', removed: true })
    expect(await idsOf('penguins', 'birds')).toEqual([])
  })

  test('changes nothing when a document is written again', async () => {
    await index({ documentId: 'twice', content: 'Sardines.' })
    const before = await search('sardines')
    offset--
    await index({ documentId: 'twice', content: 'Sardines.' })
    expect(await search('sardines')).toEqual(before)
    expect(before).toHaveLength(1)
  })

  test('uses the text index', async () => {
    const explained = await client.query({
      query: "EXPLAIN indexes = 1 SELECT * FROM chunks WHERE hasAnyTokens(terms, ['vinegar'])",
      format: 'TabSeparated',
    })
    expect(await explained.text()).toContain('by_term')
  })
})
