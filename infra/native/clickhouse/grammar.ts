import { raise } from './exception.ts'
import type { Token } from './tokens.ts'

/** Rows follow the statement, to be read as `format`; they start at the byte `dataAt`. */
export interface InsertRows {
  readonly kind: 'insert-rows'
  readonly format: string
  readonly dataAt: number
  /** The statement that reads the rows from a file, its path already a quoted literal. */
  readonly fromFile: (path: string) => string
}

/** A statement whose result can be large; `before` + `FORMAT …` + `after` is its text. */
export interface ReadRows {
  readonly kind: 'read-rows'
  readonly before: string
  readonly format: string | undefined
  readonly after: string
}

/** Any other statement, with the word that it starts with in capitals. */
export interface Plain {
  readonly kind: 'plain'
  readonly text: string
  readonly format: string | undefined
  readonly verb: string
}

/** One statement as this server must treat it; texts hold one character a byte. */
export type Statement = InsertRows | ReadRows | Plain

const OPENING = '([{'
const CLOSING = ')]}'

/** The token's text in capitals, for comparison with keywords; quoted text never equals one. */
export const wordOf = (text: string, token: Token | undefined): string => {
  if (token?.kind !== 'word' && token?.kind !== 'symbol') return ''
  return text.slice(token.start, token.end).toUpperCase()
}

/** How a token changes the depth of brackets. */
export const depthChange = (word: string): number => {
  if (word.length !== 1) return 0
  if (OPENING.includes(word)) return 1
  return CLOSING.includes(word) ? -1 : 0
}

/** Drops a last semicolon; refuses anything behind one, as ClickHouse's HTTP interface does. */
export const oneStatement = (text: string, all: readonly Token[]): readonly Token[] => {
  const end = all.findIndex((token) => wordOf(text, token) === ';')
  if (end < 0) return all
  const stray = all[end + 1]
  if (stray === undefined) return all.slice(0, end)
  const position = (all[end]?.start ?? 0) + 1
  const shown = text.slice(stray.start, stray.start + 80)
  throw raise(
    'SYNTAX_ERROR',
    `Syntax error (Multi-statements are not allowed): failed at position ${position} ` +
      `(end of query): ; ${shown}.`,
  )
}
