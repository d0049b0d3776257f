import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generateTables } from './generate.ts'

test('the committed DDL is that of the schemas', () => {
  const committed = readFileSync(new URL('01-tables.sql', import.meta.url), 'utf8')
  expect(committed).toBe(generateTables())
})
