import { type Filter, shareOf } from './filter.ts'
import type { Word } from './scan.ts'

/** Curator's marks without those of two words, which no word is. */
const ellipses = new Set(['...', '[...]', '…', '(...)', '[…]', '-»'])
const commonWords = new Set(['the', 'be', 'to', 'of', 'and', 'that', 'have', 'with'])
const enough = 2

const isCommon = ({ text, length }: Word): boolean => length < 5 && commonWords.has(text)

/** Curator counts runs of `#`, not signs: `##` is one. */
const isSymbol = ({ text, length, isAlphabetic, hasHash }: Word): boolean =>
  (!isAlphabetic && ellipses.has(text)) ||
  (hasHash && (text.match(/#+/g)?.length ?? 0) / length > 0.5)

/** At most a tenth of the words are an ellipsis or consist of `#`. */
export const symbolsToWords: Filter = {
  name: 'SymbolsToWords',
  bounds: { max: 0.1 },
  score: ({ words }) => shareOf(words.filter(isSymbol).length, words.length, 1),
}

/** No word has more than 1,000 characters: minified code has. */
export const longWord: Filter = {
  name: 'LongWord',
  bounds: { max: 1000 },
  score: ({ words }) =>
    words.reduce(
      (longest, word) => Math.max(longest, word.length),
      words.length === 0 ? Infinity : 0,
    ),
}

/** Between 50 and 100,000 words: made for documents, too many for most answers of a chat. */
export const wordCount: Filter = {
  name: 'WordCount',
  bounds: { min: 50, max: 100_000 },
  score: ({ words }) => words.length,
}

/** Words have 3 to 10 characters in the mean. */
export const meanWordLength: Filter = {
  name: 'MeanWordLength',
  bounds: { min: 3, max: 10 },
  score: ({ words }) => {
    const characters = words.reduce((sum, word) => sum + word.length, 0)
    return shareOf(characters, words.length, 0)
  },
}

/** At least two common English words in lower case; counts no further. */
export const commonEnglishWords: Filter = {
  name: 'CommonEnglishWords',
  bounds: { min: enough },
  score: ({ words }) => {
    let found = 0
    for (const word of words) {
      if (isCommon(word)) found += 1
      if (found === enough) return found
    }
    return found
  },
}

/** At least 80% of the words have a letter. */
export const wordsWithoutAlphabets: Filter = {
  name: 'WordsWithoutAlphabets',
  bounds: { min: 0.8 },
  score: ({ words }) =>
    shareOf(words.filter(({ isAlphabetic }) => isAlphabetic).length, words.length, 0),
}
