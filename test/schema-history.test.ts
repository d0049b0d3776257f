import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readFaults } from '../infra/native/registry/avro/compatibility.ts'
import { parseAvro } from '../infra/native/registry/avro/parse.ts'
import { historyOf } from '../schemas/release.ts'

const folder = new URL('../schemas/', import.meta.url)
const schemas = readdirSync(folder)
  .filter((file) => file.endsWith('.avsc'))
  .map((file) => file.replace(/[.]avsc$/, ''))
const textOf = (schema: string): string => readFileSync(new URL(`${schema}.avsc`, folder), 'utf8')

describe.each(schemas)('%s', (schema) => {
  const current = parseAvro(textOf(schema))

  test('is released: after a change run npm run schemas:release', () => {
    expect(historyOf(schema, folder).at(-1)).toBe(textOf(schema))
  })

  test('reads every released version and is read by it (FULL_TRANSITIVE)', () => {
    for (const text of historyOf(schema, folder)) {
      const released = parseAvro(text)
      expect(readFaults(current, released)).toEqual([])
      expect(readFaults(released, current)).toEqual([])
    }
  })

  test('has a default on every field, so that later versions can leave it out', () => {
    const { fields } = JSON.parse(textOf(schema)) as { fields: { name: string }[] }
    const without = fields.filter((field) => !('default' in field)).map(({ name }) => name)
    expect(without).toEqual([])
  })
})

test('the check can fail: a field without default breaks a reader', () => {
  const record = (fields: readonly unknown[]) =>
    parseAvro(JSON.stringify({ type: 'record', name: 'R', fields }))
  const faults = readFaults(record([{ name: 'a', type: 'string' }]), record([]))
  expect(faults).not.toEqual([])
})
