const word = /[\p{L}\p{N}\p{M}]+/gu
const termCharactersMax = 64

/**
 * The words of a text as they are searched: Unicode NFKC, lower case, letters, digits and marks; no stemming, no stop
 * words. Longer words are cut at 64 characters. Chunks and queries pass the same way.
 */
export const termsOf = (text: string): readonly string[] =>
  (text.normalize('NFKC').toLowerCase().match(word) ?? []).map((term) =>
    term.slice(0, termCharactersMax).toWellFormed(),
  )
