import { emptyTally, type Redacted, type Tally } from './finding.ts'
import { isJson, JsonTokens } from './json-tokens.ts'
import { redacted, redactInto } from './redact.ts'

const jsonLine = /^((?:data:)?[ \t]*)([[{"].*[\]}"])([ \t\r]*)$/
/** Past these a text is not JSON Lines, and trying on would only cost time. */
const failedLinesMax = 1000

interface Line {
  readonly before: string
  readonly body: string
  readonly after: string
  readonly json: boolean
}

const linesOf = (text: string): Line[] => {
  let failures = 0
  return text.split('\n').map((line) => {
    const match = failures < failedLinesMax ? jsonLine.exec(line) : null
    const [, before = '', body = '', after = ''] = match ?? []
    if (match !== null && isJson(body)) return { before, body, after, json: true }
    if (match !== null) failures++
    return { before: '', body: line, after: '', json: false }
  })
}

/** Redacts lines that are JSON as JSON (JSON Lines, event streams), the text between them as text. */
const redactLines = (text: string, tally: Tally): string => {
  const pieces: string[] = []
  let plain: string[] = []
  const flush = (): void => {
    if (plain.length > 0) pieces.push(redactInto(tally, plain.join('\n')))
    plain = []
  }
  for (const { before, body, after, json } of linesOf(text)) {
    if (!json) {
      plain.push(body)
      continue
    }
    flush()
    pieces.push(before + new JsonTokens(body, tally).redact() + after)
  }
  flush()
  return pieces.join('\n')
}

/**
 * Redacts a text that should be JSON, and gives valid JSON again.
 *
 * - String values are judged decoded (`a\u0040b.de` is an address) and written anew only when hit.
 * - A string that holds JSON (tool-call arguments) is redacted as JSON and stays JSON in a string.
 * - A bare number that is a card, or a phone by its key (`"phone": 4155550132`), becomes a string.
 * - A key is left alone unless it holds personal data itself; then it is replaced and, from the
 *   second on, numbered (`[EMAIL]#2`).
 * - Text that is not JSON is redacted line by line where lines are JSON, else as plain text.
 */
export const redactJson = (text: string): Redacted => {
  const tally = emptyTally()
  const clean = isJson(text) ? new JsonTokens(text, tally).redact() : redactLines(text, tally)
  return redacted(clean, tally)
}
