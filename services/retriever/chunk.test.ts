import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { chunk } from './chunk.ts'

const sizes = { charactersMax: 100, overlapCharacters: 20 }
const paragraph = (text: string) => ({ kind: 'paragraph', text }) as const
const heading = (level: number, text: string) => ({ kind: 'heading', level, text }) as const
const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 120 })

describe('chunks', () => {
  test('hold the paragraphs under one heading, with the path of headings', () => {
    const blocks = [
      paragraph('Before.'),
      heading(1, 'Manual'),
      heading(3, 'Reset'),
      paragraph('One.'),
      paragraph('Two.'),
      heading(2, 'Care'),
      paragraph('Three.'),
    ]
    expect(chunk(blocks, sizes)).toEqual([
      { heading: '', text: 'Before.' },
      { heading: 'Manual › Reset', text: 'One.\nTwo.' },
      { heading: 'Manual › Care', text: 'Three.' },
    ])
  })

  test('of a long paragraph are cut after sentences and begin with the last words before', () => {
    const text = `${'a'.repeat(50)} end. ${'b'.repeat(60)} end. ${'c'.repeat(30)}`
    const pieces = chunk([paragraph(text)], sizes).map((piece) => piece.text)
    expect(pieces).toEqual([
      `${'a'.repeat(50)} end.`,
      `end.\n${'b'.repeat(60)} end.`,
      `end.\n${'c'.repeat(30)}`,
    ])
  })

  property.prop([words])('are never too long, lose no word, and are the same each time', (list) => {
    const blocks = [paragraph(list.join(' '))]
    const pieces = chunk(blocks, sizes)
    expect(pieces.every(({ text }) => text.length <= sizes.charactersMax)).toBe(true)
    const found = pieces.flatMap(({ text }) => text.split(/\s/))
    expect(new Set(found)).toEqual(new Set(list))
    expect(chunk(blocks, sizes)).toEqual(pieces)
  })

  property.prop([fc.string({ unit: 'grapheme', maxLength: 600 })])(
    'cut no character in two',
    (text) => {
      const pieces = chunk([paragraph(text)], sizes)
      expect(pieces.every((piece) => piece.text.isWellFormed())).toBe(text.isWellFormed())
    },
  )
})
