import { wordOf } from './grammar.ts'
import { significant } from './tokens.ts'

/**
 * Whether a semicolon stands between rows of the format Values: the engine would end there and drop
 * the rest without a word.
 */
export const hasStraySemicolon = (rows: string): boolean => {
  let isBehind = false
  for (const token of significant(rows)) {
    if (isBehind) return true
    isBehind = wordOf(rows, token) === ';'
  }
  return false
}
