import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { kitSettings, settingsTable } from '#kit'
import { deadLettersTable, tables, topics } from '#schemas'
import { projectFiles as files, readProjectFile as read } from './files.ts'

const root = new URL('../', import.meta.url)
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  ...files.filter((file) => /^docs\/.*\.md$/.test(file)),
]
const sources = files
  .filter((file) => /^(services|schemas|infra|examples)\/.*\.ts$/.test(file))
  .filter((file) => !/\.test\.ts$|\/testing[./]/.test(file))
  .map(read)

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([whole, part]) => part ?? whole)

/** Words in the code that a page may name: quoted, or keys of an object. */
const literals = new Set(
  sources.flatMap((source) => matches(source, /['"`]([A-Za-z][\w.:-]*)['"`]/g)),
)
const ddl = files.filter((file) => /^infra\/clickhouse\/\d.*\.sql$/.test(file)).map(read)
const columns = new Set([
  ...tables.flatMap((table) => table.columns.map(({ name }) => name)),
  ...deadLettersTable.columns.map(([name]) => name),
  ...ddl.flatMap((sql) => matches(sql, /^ {2}(\w+) .* COMMENT '/gm)),
])
const subjects = new Set(topics.recordTopics.map(({ name }) => `${name}-value`))
const tableNames = new Set(
  ddl.flatMap((sql) => matches(sql, /(?:TABLE IF NOT EXISTS|REPLACE VIEW) flywheel\.(\w+)/g)),
)

/** The page without its fenced blocks. */
const prose = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '')
const blocks = (text: string, language: string): string[] =>
  matches(text, new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))
const quoted = (text: string): string[] => matches(prose(text), /`([^`\n]+)`/g)

describe.each(pages)('%s', (page) => {
  const text = read(page)

  test('leads only to what is there', () => {
    const links = matches(prose(text), /\]\(([^)\s]+)\)/g).filter((link) => !/^https?:/.test(link))
    const base = new URL(page, root)
    const dead = links.filter((link) => !existsSync(new URL(link.replace(/#.*/, ''), base)))
    expect(dead).toEqual([])
  })

  test('names only commands that there are', () => {
    const scripts: unknown = JSON.parse(read('package.json')).scripts
    const named = matches(text, /npm run ([\w:-]+)/g)
    expect(named.filter((name) => !Object.hasOwn(scripts as object, name))).toEqual([])
    const started = matches(text, /node ((?:services|infra|examples)\/[\w./-]+\.ts)/g)
    expect(started.filter((file) => !files.includes(file))).toEqual([])
  })

  test('names only settings that there are', () => {
    // Read by the SDKs of AWS and OpenTelemetry, not by us.
    const strangers = /^(AWS|OTEL)_/
    const named = matches(text, /\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g)
    const placeholder = /^YOUR_|^FULL_TRANSITIVE$/
    const unknown = named.filter(
      (name) => !literals.has(name) && !strangers.test(name) && !placeholder.test(name),
    )
    expect(unknown).toEqual([])
  })

  test('names only topics, services, tables, columns and reasons that there are', () => {
    const words = quoted(text).filter((word) => /^[a-z]+(?:[-_][a-z\d]+)+$/.test(word))
    const laws = read('.dependency-cruiser.cjs')
    const known = (word: string): boolean =>
      [literals, columns, tableNames, subjects].some((words) => words.has(word)) ||
      laws.includes(`'${word}'`)
    expect(words.filter((word) => !known(word))).toEqual([])
  })

  test('asks only tables that there are, for columns that there are', () => {
    const queries = blocks(text, 'sql').map((sql) => sql.replaceAll(/^--.*$/gm, ''))
    const asked = queries.flatMap((sql) =>
      matches(sql, /\b(?:FROM|(?<!ARRAY )JOIN)\s+(?:flywheel\.)?(\w+)/g),
    )
    const named = queries.flatMap((sql) => matches(sql, /\b(\w+) AS \(/g))
    expect(asked.filter((name) => !tableNames.has(name) && !named.includes(name))).toEqual([])
    const aliases = queries.flatMap((sql) => matches(sql, /\bAS\s+(\w+)/g))
    const words = queries.flatMap((sql) =>
      matches(sql.replaceAll(/'[^']*'/g, ''), /\b([a-z]+(?:_[a-z\d]+)+)\b/g),
    )
    const unknown = words.filter((word) => !columns.has(word) && !tableNames.has(word))
    expect(unknown.filter((word) => !aliases.includes(word))).toEqual([])
  })
})

test('the README draws the wheel, and names its two commands', () => {
  const [wheel = ''] = blocks(read('README.md'), 'mermaid')
  const services = files.flatMap((file) => /^services\/([^/]+)\/main\.ts$/.exec(file)?.[1] ?? [])
  expect(services.filter((service) => !wheel.includes(service))).toEqual([])
  const drawn = matches(wheel, /\[\/([^\]]+)\/\]/g)
  expect(drawn.length).toBeGreaterThan(5)
  expect(drawn.filter((topic) => !topics.recordTopics.some(({ name }) => name === topic))).toEqual(
    [],
  )
  expect(read('README.md')).toContain('npm ci && npm run demo')
  expect(read('README.md')).toContain('npm ci && npm test')
})

test('the architecture lists every topic, and whether it is compacted and a door', () => {
  const rows = matches(read('ARCHITECTURE.md'), /^\| (`[^\n]+) \|$/gm)
    .map((row) => row.split(' | '))
    .filter((row) => row.length === 4)
  const listed = rows.map(([name = '', , , writers = '']) => ({
    name: /`([^`]+)`/.exec(name)?.[1],
    compacted: name.includes('(compacted)'),
    door: writers.includes('*door*'),
  }))
  const real = topics.recordTopics.map(({ name, compacted = false, door = false }) => ({
    name,
    compacted,
    door,
  }))
  const letters = { name: topics.deadLettersOf('<service>'), compacted: false, door: false }
  expect(listed).toEqual([...real, letters])
})

test('the architecture’s map names every folder of the code', () => {
  const [map = ''] = blocks(read('ARCHITECTURE.md'), '')
  const mapped = new Set(matches(map, /^ *([\w-]+)\//gm))
  const folders = files.flatMap(
    (file) =>
      /^(?:services\/(?:kit\/)?|infra\/|examples\/)([\w-]+)\//.exec(file)?.[1] ??
      /^(schemas|bench|test)\//.exec(file)?.[1] ??
      [],
  )
  expect([...new Set(folders)].filter((folder) => !mapped.has(folder))).toEqual([])
})

test('operations name every metric and every setting of the kit', () => {
  const text = read('docs/operations.md')
  const told = new Set(pages.flatMap((page) => matches(read(page), /\bflywheel_[a-z_]+\b/g)))
  const measured = new Set(sources.flatMap((source) => matches(source, /'(flywheel_[a-z_]+)'/g)))
  expect(told).toEqual(measured)
  expect(text).toContain(settingsTable(kitSettings))
})

test('the connecting page names every field of a log', () => {
  const { fields } = JSON.parse(read('schemas/inference-log.avsc')) as {
    fields: { name: string }[]
  }
  const rows = matches(read('docs/connect.md'), /^\| (`[a-zA-Z`, ]+) \|/gm)
  const named = rows.flatMap((row) => matches(row, /`([a-zA-Z]+)`/g))
  expect(fields.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([
    'parentId',
  ])
})
