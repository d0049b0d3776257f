import { fc, test } from '@fast-check/vitest'
import { afterAll, beforeAll, expect } from 'vitest'
import { type DoorUnderTest, startDoor } from './door-under-test.ts'
import { tokens } from './tokens.ts'

let door: DoorUnderTest
beforeAll(async () => {
  door = await startDoor()
})
afterAll(async () => {
  await door?.[Symbol.asyncDispose]()
})

/** Kinds whose bounds decide what is a statement, and what the engine's own lexer calls them. */
const ENGINE_KINDS: Readonly<Record<string, string>> = {
  StringLiteral: 'string',
  QuotedIdentifier: 'identifier',
  HereDoc: 'heredoc',
  Comment: 'comment',
  Semicolon: ';',
  ErrorSingleQuoteIsNotClosed: 'unclosed',
  ErrorDoubleQuoteIsNotClosed: 'unclosed',
  ErrorBackQuoteIsNotClosed: 'unclosed',
  ErrorMultilineCommentIsNotClosed: 'unclosed',
}

const ours = (text: string): string[] => {
  const bytes = Buffer.from(text).toString('latin1')
  return [...tokens(bytes)].flatMap(({ kind, start, end }) => {
    const name = bytes.slice(start, end) === ';' && kind === 'symbol' ? ';' : kind
    return Object.values(ENGINE_KINDS).includes(name) ? [`${start}-${end} ${name}`] : []
  })
}

const theirs = async (texts: readonly string[]): Promise<string[][]> => {
  const list = texts.map((text) => `'${Buffer.from(text).toString('hex')}'`).join(', ')
  const query = `SELECT arrayJoin([${list}]) AS text, tokenizeQuery(unhex(text)) FORMAT JSONCompactEachRow`
  const answer = await (
    await fetch(`${door.url}/?output_format_json_named_tuples_as_objects=0`, {
      method: 'POST',
      body: query,
    })
  ).text()
  const rows = answer
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as [string, [number, number, string][]])
  return rows.map(([, found]) =>
    found.flatMap(([start, end, name]) => {
      const kind = ENGINE_KINDS[name]
      return kind === undefined ? [] : [`${start}-${end} ${kind}`]
    }),
  )
}

const piece = fc.constantFrom(
  ...["'", '"', '`', '\\', '$', '$a$', '/*', '*/', '/', '*', '--', '-', '//', '#', '# ', '#!', ';'],
  ...['\n', '\r', ' ', '\t', 'a', 'x', "x'", "b'", 'B', '1', '0', '1e', '0x', '.', '_', '(', ')'],
  ...['‘', '’', '“', '”', '−', 'é', '\u00a0', '\u3000', '\ufeff', "''", '{', '}', 'FORMAT', ','],
)
const query = fc.array(piece, { minLength: 1, maxLength: 14 }).map((parts) => parts.join(''))

test.prop([fc.array(query, { minLength: 200, maxLength: 200 })], { numRuns: 15 })(
  'hides the same text from statements as the engine does',
  async (texts) => {
    const wanted = await theirs(texts)
    for (const [index, text] of texts.entries())
      expect([text, ours(text)]).toEqual([text, wanted[index]])
  },
)
