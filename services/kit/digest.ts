import { createHash } from 'node:crypto'

/**
 * The SHA-256 of a list of parts in lower-case hex, 64 characters; ids derive from it. A part is fed
 * to the hash as its length in bytes, a colon and its bytes (UTF-8 for text), so two different lists
 * never feed it the same: not `['ab', 'c']` and `['a', 'bc']`. Text with lone surrogates has no UTF-8
 * and goes in as `u`, its length and its UTF-16LE bytes.
 */
export const digest = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) {
    if (typeof part !== 'string') hash.update(`${part.length}:`).update(part)
    else if (part.isWellFormed()) hash.update(`${Buffer.byteLength(part)}:`).update(part, 'utf8')
    else hash.update(`u${part.length * 2}:`).update(part, 'utf16le')
  }
  return hash.digest('hex')
}
