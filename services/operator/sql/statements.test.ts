import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { cutStatements } from './statements.ts'

test.each([
  ['SELECT 1;', ['SELECT 1'], ''],
  ['SELECT 1', [], 'SELECT 1'],
  ['SELECT 1; SELECT\n2;\nSEL', ['SELECT 1', 'SELECT\n2'], 'SEL'],
  ["SELECT ';', '\\';', \"a;\", `b;`; x", ["SELECT ';', '\\';', \"a;\", `b;`"], 'x'],
  ["SELECT 'it''s; fine';", ["SELECT 'it''s; fine'"], ''],
  ['SELECT 1 -- one; two\n, 2;', ['SELECT 1 -- one; two\n, 2'], ''],
  ['SELECT /* ; */ 1;', ['SELECT /* ; */ 1'], ''],
  ["SELECT 'open; ", [], "SELECT 'open; "],
  [';;;', [], ''],
])('%j is cut where statements end', (text, statements, rest) => {
  expect(cutStatements(text)).toEqual({ statements, rest })
})

property.prop([fc.string({ unit: fc.constantFrom(...'\';"`-/* \n\\a') })])(
  'whatever is typed, nothing is lost but ends and space around them',
  (text) => {
    const { statements, rest } = cutStatements(text)
    const strip = (all: string) => all.replace(/[\s;]/g, '')
    expect(strip([...statements, rest].join(''))).toBe(strip(text))
  },
)
