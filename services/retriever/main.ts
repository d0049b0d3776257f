import { run, wire } from '#kit'
import { indexDocuments } from './index-documents.ts'
import { search, searchByBody } from './search.ts'
import { chunkTable } from './world/chunk-table.ts'

await run('retriever', async (outside) => {
  const table = chunkTable(outside.clickhouse())
  return [wire(indexDocuments, table), wire(search, table), wire(searchByBody, table)]
})
