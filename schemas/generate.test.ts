import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { generateTypes, readSchemas } from './generate.ts'

const here = new URL('./', import.meta.url)

test('the committed types are those of the schemas', () => {
  const committed = readFileSync(new URL('types.generated.ts', here), 'utf8')
  expect(committed).toBe(generateTypes(readSchemas(here)))
})

test('unions, arrays, maps and nested records become readable TypeScript', () => {
  const folder = mkdtempSync(join(tmpdir(), 'schemas-'))
  const schema = {
    type: 'record',
    name: 'Outer',
    doc: 'An outer record.',
    fields: [
      { name: 'maybe', type: ['null', 'double'], doc: 'Perhaps a number.' },
      {
        name: 'inner',
        type: { type: 'record', name: 'Inner', fields: [{ name: 'n', type: 'long' }] },
      },
      { name: 'again', type: { type: 'array', items: 'Inner' } },
      { name: 'words', type: { type: 'map', values: 'string' } },
    ],
  }
  writeFileSync(join(folder, 'outer.avsc'), JSON.stringify(schema))
  const text = generateTypes(readSchemas(pathToFileURL(`${folder}/`)))
  expect(text).toContain('export interface Inner {\n  readonly n: number\n}')
  expect(text).toContain('  /** Perhaps a number. */\n  readonly maybe: null | number')
  expect(text).toContain('readonly again: readonly (Inner)[]')
  expect(text).toContain('readonly words: Readonly<Record<string, string>>')
})
