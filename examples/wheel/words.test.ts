import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { columnsMax, countOf, dollars, pValueText, tableOf, wrapped } from './words.ts'

test('what a student costs is small, not nothing', () => {
  expect([0, 0.00002, 3.65298, null].map(dollars)).toEqual(['$0.0000', '< $0.0001', '$3.6530', '–'])
})

test('a p-value that a number can not hold is small, not nothing', () => {
  expect([0, 4.5e-6, 0.25, null].map(pValueText)).toEqual(['< 1e-12', '4.5e-6', '0.250', '–'])
})

test('one is one', () => {
  expect([0, 1, 2].map((count) => countOf(count, 'copy', 'copies'))).toEqual([
    '0 copies',
    '1 copy',
    '2 copies',
  ])
})

test('a table has a line under its head, also where a title has two lines', () => {
  expect(tableOf(['a', 'b\nc'], [['1', '2']], [0])).toBe(
    ['┌───┬───┐', '│ a │ b │', '│   │ c │', '├───┼───┤', '│ 1 │ 2 │', '└───┴───┘'].join('\n'),
  )
})

property.prop([fc.array(fc.string({ minLength: 1, maxLength: 30 })), fc.constantFrom('', '  ')])(
  'wrapped text keeps its words in lines that fit',
  (parts, indent) => {
    const text = parts.map((part) => part.replace(/\s/g, '_')).join(' ')
    const lines = wrapped(text, indent).split('\n')
    expect(lines.every((line) => line.length <= columnsMax)).toBe(true)
    expect(lines.map((line, i) => (i === 0 ? line : line.slice(indent.length))).join(' ')).toBe(
      text,
    )
  },
)
