import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { deadLettersTable, tables } from '../../schemas/tables.ts'

interface Shape {
  readonly name: string
  readonly comment: string
  readonly columns: readonly (readonly [name: string, type: string, comment: string])[]
  readonly orderBy: readonly string[]
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/**
 * Nothing is left to a server's defaults, which have moved between releases. The deduplication window counts blocks and must
 * outlast the longest crash: 100,000 cost nothing that could be measured. A block is on disk before it is acknowledged, since
 * Kafka's offset moves then. Too many parts and too little disk refuse an insert; the sink waits and tries again.
 */
const settings = [
  'non_replicated_deduplication_window = 100000',
  'replicated_deduplication_window = 100000',
  'replicated_deduplication_window_seconds = 604800',
  'fsync_after_insert = 1',
  'fsync_part_directory = 1',
  'parts_to_delay_insert = 1000',
  'parts_to_throw_insert = 3000',
  'min_free_disk_bytes_to_perform_insert = 268435456',
].join(', ')

/** What a table of an earlier schema lacks: the columns since, each in its place. What is there stays as it is. */
const addColumns = (
  name: string,
  declared: readonly string[],
  columns: Shape['columns'],
): string => {
  const additions = declared.map((declaration, at) => {
    const before = columns[at - 1]?.[0]
    return `  ADD COLUMN IF NOT EXISTS ${declaration} ${before === undefined ? 'FIRST' : `AFTER ${before}`}`
  })
  return `ALTER TABLE flywheel.${name}\n${additions.join(',\n')};`
}

const createTable = ({ name, comment, columns, orderBy }: Shape): string => {
  const declared = columns.map(
    ([column, type, about]) => `${column} ${type} COMMENT ${quoted(about)}`,
  )
  const lines = declared.map((declaration) => `  ${declaration}`)
  const index = '  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1'
  return [
    `CREATE TABLE IF NOT EXISTS flywheel.${name}`,
    '(',
    [...lines, index].join(',\n'),
    ')',
    'ENGINE = MergeTree',
    'PARTITION BY toYYYYMM(arrived_at)',
    `ORDER BY (${orderBy.join(', ')})`,
    `SETTINGS ${settings}`,
    `COMMENT ${quoted(comment)};`,
    '',
    addColumns(name, declared, columns),
    '',
    `ALTER TABLE flywheel.${name} MODIFY SETTING ${settings};`,
  ].join('\n')
}

/** The DDL of every table, one statement a table, from the Avro schemas. */
export const generateTables = (): string => {
  const shapes: Shape[] = tables.map((table) => ({
    ...table,
    columns: table.columns.map(({ name, type, comment }) => [name, type, comment] as const),
  }))
  return [
    '-- Generated from schemas/ by infra/clickhouse/generate.ts: npm run generate',
    '-- Each CREATE makes a new table, each ALTER brings an older one up to date.',
    'CREATE DATABASE IF NOT EXISTS flywheel;',
    ...[...shapes, deadLettersTable].map(createTable),
    '',
  ].join('\n\n')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(new URL('01-tables.sql', import.meta.url), generateTables())
}
