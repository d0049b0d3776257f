import { type Before, numberAt } from './numbers.ts'

/** What a token is; `unclosed` is a quote or comment that runs to the end of the text. */
export type TokenKind =
  | 'space'
  | 'comment'
  | 'string'
  | 'identifier'
  | 'heredoc'
  | 'word'
  | 'number'
  | 'symbol'
  | 'unclosed'

/** One token of ClickHouse SQL: `start` inclusive and `end` exclusive, offsets into the text. */
export interface Token {
  readonly kind: TokenKind
  readonly start: number
  readonly end: number
}

type Scan = (text: string, start: number) => Token | undefined

const anchored = (kind: TokenKind, pattern: RegExp): Scan => {
  return (text, start) => {
    pattern.lastIndex = start
    return pattern.test(text) ? { kind, start, end: pattern.lastIndex } : undefined
  }
}

/** Where a quoted text ends, `at` standing behind its opening quote; -1 when it never does. */
const closingQuote = (text: string, quote: string, from: number): number => {
  for (let at = from; at < text.length; at += 1) {
    const character = text[at]
    if (character === '\\') at += 1
    if (character !== quote) continue
    if (text[at + 1] !== quote) return at + 1
    at += 1
  }
  return -1
}

const quoted = (quote: string, kind: TokenKind): Scan => {
  return (text, start) => {
    if (text[start] !== quote) return undefined
    const end = closingQuote(text, quote, start + 1)
    return end < 0 ? { kind: 'unclosed', start, end: text.length } : { kind, start, end }
  }
}

const COMMENT_EDGE = /\/\*|\*\//g

const blockComment: Scan = (text, start) => {
  if (!text.startsWith('/*', start)) return undefined
  let depth = 1
  COMMENT_EDGE.lastIndex = start + 2
  for (;;) {
    const edge = COMMENT_EDGE.exec(text)
    if (edge === null) return { kind: 'unclosed', start, end: text.length }
    depth += edge[0] === '/*' ? 1 : -1
    if (depth === 0) return { kind: 'comment', start, end: COMMENT_EDGE.lastIndex }
  }
}

/** `$tag$ … $tag$`: everything between the two equal tags is text. */
const heredoc: Scan = (text, start) => {
  if (text[start] !== '$') return undefined
  const tagEnd = text.indexOf('$', start + 1) + 1
  if (tagEnd === 0) return undefined
  const tag = text.slice(start, tagEnd)
  const close = text.indexOf(tag, tagEnd)
  return close < 0 ? undefined : { kind: 'heredoc', start, end: close + tag.length }
}

/** Typographic quotes, as a word processor leaves them, in UTF-8 bytes; nothing escapes in them. */
const typographic = (open: string, close: string, kind: TokenKind): Scan => {
  return (text, start) => {
    const isQuote = text.startsWith(open, start) && start + 2 * open.length <= text.length
    if (!isQuote) return undefined
    const end = text.indexOf(close, start + open.length)
    if (end < 0) return { kind: 'unclosed', start, end: text.length }
    return { kind, start, end: end + close.length }
  }
}

const SPACE =
  /(?:[ \t\n\r\f\v]|\xc2[\x85\xa0]|\xe1(?:\x9a\x80|\xa0\x8e)|\xe2(?:\x80[\x80-\x8d\xa8\xa9\xaf]|\x81[\x9f\xa0])|\xe3\x80\x80|\xef\xbb\xbf)+/y

/** The first that matches wins, so the order matters: comments before symbols, words last. */
const SCANS: readonly Scan[] = [
  anchored('space', SPACE),
  anchored('comment', /(?:--|\/\/|#[ !])[^\n]*/y),
  blockComment,
  quoted("'", 'string'),
  quoted('"', 'identifier'),
  quoted('`', 'identifier'),
  typographic('\xe2\x80\x98', '\xe2\x80\x99', 'string'),
  typographic('\xe2\x80\x9c', '\xe2\x80\x9d', 'identifier'),
  heredoc,
  anchored('string', /[xX]'[0-9a-fA-F]*'|[bB]'[01]*'/y),
  anchored('unclosed', /[xXbB]'[\s\S]+/y),
  anchored('symbol', /\$(?!\w)/y),
  anchored('word', /[\w$]+/y),
  anchored('symbol', /[\xc2-\xf4][\x80-\xbf]+|[\s\S]/y),
]

/**
 * Splits ClickHouse SQL into tokens, as the server's own lexer does for everything that hides
 * text (strings, quoted identifiers, here-documents, nested comments) and for words.
 * @param text one character a byte (`latin1`), so that offsets are byte offsets and what follows
 *   an INSERT may be binary
 * @param from where to start
 */
export function* tokens(text: string, from = 0): Generator<Token, void> {
  let before: Before = from === 0 ? 'nothing' : 'other'
  for (let at = from; at < text.length; ) {
    const token = tokenAt(text, at, before)
    yield token
    at = token.end
    before = beforeNext(text, token, before)
  }
}

const tokenAt = (text: string, start: number, before: Before): Token => {
  const number = numberAt(text, start, before)
  if (number !== undefined) return { start, ...number }
  for (const scan of SCANS) {
    const token = scan(text, start)
    if (token !== undefined) return token
  }
  return { kind: 'symbol', start, end: start + 1 }
}

const OPERANDS: readonly TokenKind[] = ['word', 'identifier', 'number']

const beforeNext = (text: string, token: Token, before: Before): Before => {
  const { kind } = token
  if (kind === 'space' || kind === 'comment') return before === 'nothing' ? 'other' : before
  if (OPERANDS.includes(kind)) return 'operand'
  const symbol = kind === 'symbol' ? text.slice(token.start, token.end) : ''
  if (symbol === '.') return 'dot'
  return symbol === ')' || symbol === ']' ? 'operand' : 'other'
}

/** The tokens that carry meaning: neither space nor comment. */
export function* significant(text: string, from = 0): Generator<Token, void> {
  for (const token of tokens(text, from)) {
    if (token.kind !== 'space' && token.kind !== 'comment') yield token
  }
}
