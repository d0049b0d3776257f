/** What was typed so far: statements that are ended by `;`, and the beginning of the next. */
export interface Typed {
  readonly statements: readonly string[]
  readonly rest: string
}

/** Where a quoted text or a comment that begins at `at` ends (past its last character); -1 while it is open; `at` where none begins. */
const endOfQuoted = (text: string, at: number): number => {
  const two = text.slice(at, at + 2)
  if (two === '--') return past(text.indexOf('\n', at), 1)
  if (two === '/*') return past(text.indexOf('*/', at + 2), 2)
  const quote = text[at] ?? ''
  if (!'\'"`'.includes(quote) || quote === '') return at
  for (let i = at + 1; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1
    else if (text[i] === quote) return i + 1
  }
  return -1
}

const past = (found: number, length: number): number => (found === -1 ? -1 : found + length)

/** Cuts what was typed at each `;` that stands outside of quotes and comments. Linear. */
export const cutStatements = (text: string): Typed => {
  const statements: string[] = []
  let from = 0
  for (let at = 0; at < text.length; ) {
    const end = endOfQuoted(text, at)
    if (end === -1) break
    if (end === at && text[at] === ';') {
      statements.push(text.slice(from, at).trim())
      from = at + 1
    }
    at = Math.max(end, at + 1)
  }
  return {
    statements: statements.filter((statement) => statement !== ''),
    rest: text.slice(from).trimStart(),
  }
}
