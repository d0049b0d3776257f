import type { Block } from './block.ts'

/** A piece of a document that is found as a whole. */
export interface Piece {
  /** The headings that it stands under, outermost first, joined by ` › `. */
  readonly heading: string
  readonly text: string
}

/** How long chunks are, in characters. */
export interface ChunkSizes {
  readonly charactersMax: number
  /** What a chunk repeats of the end of the one before it under the same heading. */
  readonly overlapCharacters: number
}

interface Section {
  readonly heading: string
  readonly texts: string[]
}

const headingCharactersMax = 300

const sectionsOf = (blocks: readonly Block[]): readonly Section[] => {
  const path: string[] = []
  const sections: Section[] = [{ heading: '', texts: [] }]
  for (const block of blocks) {
    if (block.kind === 'heading') {
      path.length = Math.min(path.length, block.level - 1)
      path[block.level - 1] = block.text
      const heading = path.filter((part) => part !== undefined).join(' › ')
      sections.push({ heading: heading.slice(0, headingCharactersMax).toWellFormed(), texts: [] })
    } else sections.at(-1)?.texts.push(block.text)
  }
  return sections.filter(({ texts }) => texts.length > 0)
}

const lastEnd = (text: string, limit: number): number => {
  const window = text.slice(0, limit)
  const sentence = /^[\s\S]*[.!?…。！？](?=\s)/.exec(window)?.[0].length ?? 0
  if (sentence > limit / 2) return sentence
  const space = window.lastIndexOf(' ')
  if (space > limit / 2) return space
  // A pair of surrogates is one character.
  return (text.charCodeAt(limit - 1) & 0xfc00) === 0xd800 ? limit - 1 : limit
}

/** Cuts a long paragraph after sentences, else at spaces, else anywhere. */
const cut = (text: string, charactersMax: number): readonly string[] => {
  const parts: string[] = []
  let rest = text
  while (rest.length > charactersMax) {
    const end = lastEnd(rest, charactersMax)
    parts.push(rest.slice(0, end).trimEnd())
    rest = rest.slice(end).trimStart()
  }
  return rest === '' ? parts : [...parts, rest]
}

/** The last words of a text, at most so many characters of them. */
const tailOf = (text: string, characters: number): string => {
  if (text.length <= characters) return text
  const tail = text.slice(text.length - characters)
  const space = tail.indexOf(' ')
  return space === -1 ? '' : tail.slice(space + 1)
}

const fill = (
  { heading, texts }: Section,
  { charactersMax, overlapCharacters }: ChunkSizes,
): readonly Piece[] => {
  const room = charactersMax - overlapCharacters - 1
  const parts = texts.flatMap((text) => cut(text, room))
  const pieces: Piece[] = []
  let text = ''
  for (const part of parts) {
    if (text !== '' && text.length + 1 + part.length > charactersMax) {
      pieces.push({ heading, text })
      text = tailOf(text, overlapCharacters)
    }
    text = text === '' ? part : `${text}\n${part}`
  }
  return [...pieces, { heading, text }]
}

/**
 * Pieces of about `charactersMax` characters at most: paragraphs under one heading are filled up, long ones are cut, and
 * each piece begins with the last words of the one before it. Depends on nothing but its arguments.
 */
export const chunk = (blocks: readonly Block[], sizes: ChunkSizes): readonly Piece[] =>
  sectionsOf(blocks).flatMap((section) => fill(section, sizes))
