import { Cursor } from './cursor.ts'
import { raise } from './exception.ts'
import { depthChange, oneStatement, type Statement, wordOf } from './grammar.ts'
import { significant } from './tokens.ts'

const EXAMPLE = 'INSERT INTO table [(columns)] [SETTINGS …] FORMAT format | VALUES | SELECT'

/** Takes an INSERT apart; `from` is the offset behind the word INSERT. */
export const insertOf = (text: string, from: number): Statement => {
  const cursor = new Cursor(text, from)
  cursor.skipWord('INTO')
  skipTarget(cursor)
  let settings: SettingsClause | undefined
  while (cursor.current !== undefined && cursor.word !== ';') {
    const statement = sourceOf(cursor, settings)
    if (statement !== undefined) return statement
    if (cursor.word === 'SETTINGS') {
      settings ??= { start: cursor.start, textStart: cursor.current.end }
    }
    if (depthChange(cursor.word) > 0) cursor.skipGroup()
    else cursor.next()
  }
  throw raise('SYNTAX_ERROR', `Syntax error: failed at position ${text.length}: ${EXAMPLE}.`)
}

interface SettingsClause {
  readonly start: number
  readonly textStart: number
}

/** The whole statement, once the cursor stands where its rows come from. */
const sourceOf = (cursor: Cursor, settings: SettingsClause | undefined): Statement | undefined => {
  const { text, start, word } = cursor
  if (isSelect(cursor)) return selectOf(text, cursor)
  if (word === 'FROM') return fromOf(text, cursor)
  if (word !== 'VALUES' && word !== 'FORMAT') return undefined
  const into = text.slice(0, settings?.start ?? start)
  const before = settings === undefined ? '' : text.slice(settings.textStart, start)
  if (word === 'FORMAT') return formatOf(cursor, into, before)
  const dataAt = cursor.current?.end ?? text.length
  return rowsOf(text, into, { format: 'Values', settings: before, dataAt })
}

const skipTarget = (cursor: Cursor): void => {
  cursor.skipWord('TABLE')
  if (cursor.skipWord('FUNCTION')) {
    while (cursor.current !== undefined && cursor.word !== '(') cursor.next()
    cursor.skipGroup()
    return
  }
  do {
    if (cursor.word === '{') cursor.skipGroup()
    else cursor.next()
  } while (cursor.skipWord('.'))
}

const isSelect = (cursor: Cursor): boolean => {
  if (cursor.word === 'SELECT' || cursor.word === 'WITH') return true
  if (cursor.word !== '(') return false
  const inside = significant(cursor.text, cursor.current?.end).next().value ?? undefined
  return ['SELECT', 'WITH', '('].includes(wordOf(cursor.text, inside))
}

interface RowsClause {
  readonly format: string
  readonly settings: string
  readonly dataAt: number
}

const rowsOf = (text: string, into: string, clause: RowsClause): Statement => {
  const settings = clause.settings.trim() === '' ? '' : ` SETTINGS ${clause.settings.trim()}\n`
  return {
    kind: 'insert-rows',
    format: clause.format,
    dataAt: rowsStart(text, clause.dataAt),
    fromFile: (path) =>
      `${into.trimEnd()}\n FROM INFILE ${path} COMPRESSION 'none'${settings} FORMAT ${clause.format}`,
  }
}

const formatOf = (cursor: Cursor, into: string, before: string): Statement => {
  const { text } = cursor
  cursor.next()
  const name = cursor.current
  if (name?.kind !== 'word') {
    throw raise(
      'SYNTAX_ERROR',
      `Syntax error: failed at position ${cursor.start}: format expected.`,
    )
  }
  const format = text.slice(name.start, name.end)
  const tail = settingsBehind(text, name.end)
  if (tail !== undefined && before !== '') {
    throw raise('SYNTAX_ERROR', 'You have SETTINGS before and after FORMAT; use only one of them.')
  }
  const clause = { format, settings: tail?.text ?? before, dataAt: tail?.end ?? name.end }
  return rowsOf(text, into, clause)
}

const VALUE = String.raw`[+-]?[\w.]+|'(?:[^'\\]|\\.|'')*'`
const PAIR = String.raw`\s*\w+\s*=\s*(?:${VALUE})`
const SETTINGS_BEHIND = new RegExp(String.raw`\s+SETTINGS((?:${PAIR}\s*,)*${PAIR})`, 'iy')

/** `FORMAT X SETTINGS a = 1, b = 'c'` before the rows: ClickHouse takes the list there too. */
const settingsBehind = (text: string, from: number): { text: string; end: number } | undefined => {
  SETTINGS_BEHIND.lastIndex = from
  const found = SETTINGS_BEHIND.exec(text)
  if (found?.[1] === undefined) return undefined
  return { text: found[1], end: SETTINGS_BEHIND.lastIndex }
}

/**
 * Where the rows start: behind spaces on the same line and one line break, as ParserInsertQuery.cpp
 * has it. What follows belongs to the format, spaces and line breaks included.
 */
const rowsStart = (text: string, from: number): number => {
  const gap = /[ \t\f]*\r?\n?/y
  gap.lastIndex = from
  gap.test(text)
  if (text[from] === ';') {
    throw raise('SYNTAX_ERROR', "You have excessive ';' symbol before data for INSERT.")
  }
  return gap.lastIndex
}

const fromOf = (text: string, cursor: Cursor): Statement => {
  cursor.next()
  if (cursor.word !== 'INFILE') return selectOf(text, cursor)
  throw raise(
    'UNKNOWN_TYPE_OF_QUERY',
    'Query has infile and was send directly to server. Send the rows as the body.',
  )
}

/** INSERT … SELECT, also `… SELECT … FROM input('columns') FORMAT X` with rows behind it. */
const selectOf = (text: string, cursor: Cursor): Statement => {
  const input = { start: -1, open: -1, close: -1 }
  let depth = 0
  for (; cursor.current !== undefined; cursor.next()) {
    const { word } = cursor
    if (depth === 0 && word === 'FORMAT' && input.close > 0) return inputOf(cursor, input)
    depth += depthChange(word)
    noteInput(cursor, input)
  }
  const all = oneStatement(text, [...significant(text)])
  return { kind: 'plain', text: text.slice(0, all.at(-1)?.end), format: undefined, verb: 'INSERT' }
}

const noteInput = (cursor: Cursor, input: { start: number; open: number; close: number }): void => {
  const { word, start } = cursor
  if (input.start < 0 && word === 'INPUT') input.start = start
  else if (input.start >= 0 && input.open < 0) {
    if (word === '(') input.open = start + 1
    else input.start = -1
  } else if (input.open > 0 && input.close < 0 && word === ')') input.close = start
}

const inputOf = (
  cursor: Cursor,
  input: { readonly start: number; readonly open: number; readonly close: number },
): Statement => {
  const { text, start } = cursor
  cursor.next()
  const format = text.slice(cursor.start, cursor.current?.end)
  return {
    kind: 'insert-rows',
    format,
    dataAt: rowsStart(text, cursor.current?.end ?? text.length),
    fromFile: (path) =>
      `${text.slice(0, input.start)}file(${path}, '${format}', ` +
      `${text.slice(input.open, input.close)}, 'none')${text.slice(input.close + 1, start)}`,
  }
}
