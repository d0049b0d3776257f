import { raise } from './exception.ts'
import { depthChange, oneStatement, type Statement, wordOf } from './grammar.ts'
import { insertOf } from './insert-statement.ts'
import { significant, type Token } from './tokens.ts'

const READING = new Set(['SELECT', 'WITH', 'FROM', '(', 'SHOW', 'DESC', 'DESCRIBE', 'EXPLAIN'])
/**
 * Decides what a request's text is: an INSERT with rows behind it, something that returns rows, or
 * anything else. One statement only.
 * @param text the query, with the body behind it, one character a byte
 * @throws ServerException for an empty query, several statements, or files on the server's side
 */
export const classify = (text: string): Statement => {
  const first = significant(text).next().value ?? undefined
  if (first === undefined) throw raise('SYNTAX_ERROR', 'Empty query.')
  const verb = wordOf(text, first)
  return verb === 'INSERT' ? insertOf(text, first.end) : outputOf(text, verb)
}

const outputOf = (text: string, verb: string): Statement => {
  const all = oneStatement(text, [...significant(text)])
  const last = all.at(-1)
  if (last === undefined) throw raise('SYNTAX_ERROR', 'Empty query.')
  const whole = text.slice(0, last.end)
  const top = topLevel(whole, all)
  if (top.some((token, index) => wordOf(whole, token) === 'OUTFILE' && isInto(whole, top, index))) {
    throw raise('INTO_OUTFILE_NOT_ALLOWED', 'INTO OUTFILE is not allowed.')
  }
  const clause = formatClause(whole, top)
  const reads = READING.has(verb) && !top.some((token) => wordOf(whole, token) === 'INSERT')
  if (!reads) return { kind: 'plain', text: whole, format: clause?.format, verb }
  return {
    kind: 'read-rows',
    before: whole.slice(0, clause?.start ?? whole.length),
    format: clause?.format,
    after: whole.slice(clause?.end ?? whole.length),
  }
}

const isInto = (text: string, all: readonly Token[], index: number): boolean =>
  wordOf(text, all[index - 1]) === 'INTO' && all[index + 1]?.kind === 'string'

const topLevel = (text: string, all: readonly Token[]): readonly Token[] => {
  let depth = 0
  return all.filter((token) => {
    const change = depthChange(wordOf(text, token))
    if (change > 0) depth += 1
    const isTop = depth === 0
    if (change < 0) depth -= 1
    return isTop
  })
}

interface FormatClause {
  readonly format: string
  readonly start: number
  readonly end: number
}

/** The last `FORMAT name` outside brackets that only SETTINGS, or nothing, may follow. */
const formatClause = (text: string, top: readonly Token[]): FormatClause | undefined => {
  for (let index = top.length - 2; index > 0; index -= 1) {
    const [keyword, name, next] = top.slice(index, index + 3)
    if (wordOf(text, keyword) !== 'FORMAT' || name?.kind !== 'word') continue
    const isLast = next === undefined || wordOf(text, next) === 'SETTINGS'
    if (!isLast || keyword === undefined || isOperand(text, top[index - 1])) continue
    return { format: text.slice(name.start, name.end), start: keyword.start, end: name.end }
  }
  return undefined
}

/** Behind these, `FORMAT` is a name and no keyword. */
const isOperand = (text: string, before: Token | undefined): boolean =>
  ['AS', '.', ',', '=', '+', '-', '/'].includes(wordOf(text, before))
