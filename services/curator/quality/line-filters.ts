import { type Filter, shareOf } from './filter.ts'
import type { TextView } from './text-view.ts'

const bullets = new Set(['•', '‣', '⁃', '⁌', '⁍', '∙', '○', '●', '◘', '◦', '⦾', '⦿'])
const endMarks = ['.', '?', '!', '"', "'"]
const ellipses = ['...', '[...]', '…', '(...)', '[…]', '-»', 'read more..', 'read more']

const startsWithBullet = (line: string): boolean => bullets.has(line.trimStart().charAt(0))

const endsWithOneOf = (line: string, marks: readonly string[]): boolean => {
  const end = line.trimEnd()
  return marks.some((mark) => end.endsWith(mark))
}

/** At most 90% of the lines begin with a bullet. */
export const bulletLines: Filter = {
  name: 'Bullets',
  bounds: { max: 0.9 },
  score: ({ lines }) => shareOf(lines.filter(startsWithBullet).length, lines.length, 1),
}

/** At most 85% of the lines end without a mark. */
export const punctuation: Filter = {
  name: 'Punctuation',
  bounds: { max: 0.85 },
  score: ({ lines }) =>
    shareOf(lines.filter((line) => !endsWithOneOf(line, endMarks)).length, lines.length, 1),
}

const endCharactersMax = 16
const endOf = (line: string): string => line.trimEnd().slice(-endCharactersMax).toLowerCase()

/** At most 30% of the lines end with an ellipsis. */
export const ellipsis: Filter = {
  name: 'Ellipsis',
  bounds: { max: 0.3 },
  score: ({ lines }) =>
    shareOf(lines.filter((line) => endsWithOneOf(endOf(line), ellipses)).length, lines.length, 1),
}

const distinctShare = (parts: readonly string[]): number =>
  shareOf(new Set(parts).size, parts.length, 0)

const charactersOf = (view: TextView, parts: Iterable<string>): number => {
  let characters = 0
  for (const part of parts) characters += view.lengthOf(part)
  return characters
}

const distinctShareByCharacter = (view: TextView, parts: readonly string[]): number => {
  const distinct = new Set(parts)
  const all = charactersOf(view, parts)
  return shareOf(distinct.size === parts.length ? all : charactersOf(view, distinct), all, 0)
}

/** At least 70% of the lines remain when each is kept once. */
export const repeatedLines: Filter = {
  name: 'RepeatedLines',
  bounds: { min: 0.7 },
  score: ({ lines }) => distinctShare(lines),
}

/** At least 70% of the paragraphs remain when each is kept once. */
export const repeatedParagraphs: Filter = {
  name: 'RepeatedParagraphs',
  bounds: { min: 0.7 },
  score: ({ paragraphs }) => distinctShare(paragraphs),
}

/** At least 80% of the lines' characters remain when each line is kept once. */
export const repeatedLinesByChar: Filter = {
  name: 'RepeatedLinesByChar',
  bounds: { min: 0.8 },
  score: (view) => distinctShareByCharacter(view, view.lines),
}

/** At least 80% of the paragraphs' characters remain when each paragraph is kept once. */
export const repeatedParagraphsByChar: Filter = {
  name: 'RepeatedParagraphsByChar',
  bounds: { min: 0.8 },
  score: (view) => distinctShareByCharacter(view, view.paragraphs),
}
