import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { isWithin } from './filter.ts'
import { histogramOf } from './page-filters.ts'
import { chatPreset, filtersFor, judgeText } from './suite.ts'
import { lengthOf, TextView } from './text-view.ts'

const filters = filtersFor('en')
const filterNamed = (name: string) => {
  const found = filters.find((filter) => filter.name === name)
  if (found === undefined) throw new Error(`no filter ${name}`)
  return found
}
const scoreOf = (name: string, text: string): number => filterNamed(name).score(new TextView(text))
const isKept = (name: string, text: string): boolean =>
  isWithin(scoreOf(name, text), filterNamed(name).bounds)

const times = (count: number, text: string): string => Array(count).fill(text).join('')

/** Worked by hand from the filters' documented definitions: a text, and its score. */
const worked: readonly (readonly [name: string, text: string, score: number])[] = [
  ['NonAlphaNumeric', 'ab c', 0.25],
  ['NonAlphaNumeric', 'ab!?,.\n1', 0],
  ['NonAlphaNumeric', 'é𝒳', 1],
  ['Numbers', 'a1b2', 0.5],
  ['Numbers', '٣x', 0.5],
  ['WhiteSpace', ' a\t\n', 0.75],
  ['Parentheses', '(a)⟨b⟩', 4 / 6],
  ['Urls', 'see https://a.bc/d now', 14 / 22],
  ['Urls', '<https://a.bc>', 12 / 14],
  ['PornographicUrls', 'http://porn.example/x', 1],
  ['PornographicUrls', 'porn is a word', 0],
  ['SymbolsToWords', 'a ... b ##', 1 / 4],
  ['SymbolsToWords', 'a # b [...]', 0.5],
  ['LongWord', 'a bbb cc', 3],
  ['WordCount', ' one  two\nthree ', 3],
  ['MeanWordLength', 'a bbb', 2],
  ['CommonEnglishWords', 'The way to go', 1],
  ['CommonEnglishWords', 'to be of the', 2],
  ['WordsWithoutAlphabets', 'a1 22 - é', 0.5],
  ['Bullets', '• a\n◦ b\nc', 2 / 3],
  ['Punctuation', 'One.\nTwo\nThree?', 1 / 3],
  ['Ellipsis', 'And so on…\nRead More\nEnd.', 2 / 3],
  ['RepeatedLines', 'a\nb\na\na', 0.5],
  ['RepeatedLinesByChar', 'aaaa\nb\naaaa', 5 / 9],
  ['RepeatedParagraphs', 'a\n\na\n\nb', 2 / 3],
  ['RepeatedParagraphsByChar', 'aa\n\naa\n\nb', 3 / 5],
  ['BoilerPlate', 'Our Privacy Policy\n\nA tale.', 0.5],
  ['BoilerPlate', 'Lorem ipsum dolor\n\na\n\nb', 1],
  ['RepeatingTop2Grams', 'a b c a b', 6 / 9],
  ['RepeatingTop3Grams', 'a b', 1],
  ['RepeatingDuplicate5Grams', 'a b c d e a b c d e', 9 / 19],
]

describe('filters as Curator documents them', () => {
  test.each(worked)('%s of %j is %d', (name, text, score) => {
    expect(scoreOf(name, text)).toBeCloseTo(score, 10)
  })

  test.each([
    ['Numbers', `${times(17, 'a')}123`, true],
    ['Numbers', `${times(16, 'a')}123`, false],
    ['WordCount', times(50, 'a '), true],
    ['WordCount', times(49, 'a '), false],
    ['LongWord', times(1000, 'a'), true],
    ['LongWord', times(1001, 'a'), false],
    ['MeanWordLength', 'abc abc', true],
    ['MeanWordLength', times(11, 'a'), false],
    ['RepeatedLines', 'a\nb\nc\nd\ne\nf\ng\na\nb\nc', true],
    ['RepeatedLines', 'a\na\nb', false],
  ])('%s keeps at its bound and not past it', (name, text, kept) => {
    expect(isKept(name, text)).toBe(kept)
  })

  test('an empty text is kept by none that judges a share', () => {
    const { failed } = judgeText('', filters, {})
    const kept = filters.filter(({ name }) => !failed.includes(name)).map(({ name }) => name)
    // It has one paragraph, which is empty, as in Curator.
    expect(kept).toEqual(['PornographicUrls', 'RepeatedParagraphs', 'BoilerPlate'])
  })

  test('a language is known by its scripts', () => {
    const kept = (language: string, text: string): boolean => {
      const filter = histogramOf(language)
      return isWithin(filter.score(new TextView(text)), filter.bounds)
    }
    expect(kept('en', 'Grüße, “friend” – 5 €')).toBe(true)
    expect(kept('en', 'Привет, как дела?')).toBe(false)
    expect(kept('ru', 'Привет, как дела?')).toBe(true)
    expect(kept('ja', 'こんにちは、世界')).toBe(true)
  })

  test('a preset leaves out and moves bounds', () => {
    expect(judgeText('Paris', filters, chatPreset).failed).toEqual([])
    expect(judgeText('Paris', filters, {}).failed).toContain('WordCount')
  })
})

const ngramsOf = (words: readonly string[], n: number): readonly (readonly string[])[] =>
  words.slice(0, Math.max(0, words.length - n + 1)).map((_, at) => words.slice(at, at + n))

/** Curator's RepeatingDuplicateNGrams, word by word from its source. */
const duplicatesAsCurator = (text: string, n: number): number => {
  const words = text.split(/\s+/).filter((word) => word !== '')
  if (words.length < n) return 1
  const counts = new Map<string, number>()
  let characters = 0
  let overlapping = 0
  for (const ngram of ngramsOf(words, n)) {
    const key = JSON.stringify(ngram)
    counts.set(key, (counts.get(key) ?? 0) + 1)
    if ((counts.get(key) ?? 0) > 1) {
      characters += ngram.slice(overlapping).reduce((sum, word) => sum + word.length, 0)
      characters += Math.min(n - overlapping, n - 1)
      overlapping = n
    }
    overlapping = Math.max(overlapping - 1, 0)
  }
  return characters / text.length
}

const prose = fc
  .array(fc.constantFrom('a', 'bb', 'ccc', 'dd.', 'e'), { minLength: 1, maxLength: 60 })
  .map((words) => words.join(' '))

property.prop([prose, fc.integer({ min: 5, max: 10 })])(
  'repeats are counted as Curator counts them',
  (text, n) => {
    const name = `RepeatingDuplicate${n}Grams`
    expect(scoreOf(name, text)).toBeCloseTo(duplicatesAsCurator(text, n), 10)
  },
)

property.prop([prose, fc.integer({ min: 2, max: 4 })])(
  'the top n-gram is one of the most frequent',
  (text, n) => {
    const words = text.split(' ')
    const top = new TextView(text).ngrams.top(n)
    const all = ngramsOf(words, n).map((ngram) => ngram.join(' '))
    const counts = Map.groupBy(all, (ngram) => ngram)
    const most = Math.max(0, ...[...counts.values()].map((each) => each.length))
    expect(counts.get(top?.map(({ text: word }) => word).join(' ') ?? '')?.length ?? 0).toBe(most)
  },
)

property.prop([fc.string({ unit: 'binary', maxLength: 300 })])(
  'any text has a score from every filter',
  (text) => {
    const { scores } = judgeText(text, filters, {})
    for (const { name } of filters) expect(scores[name]).not.toBeNaN()
    expect(lengthOf(text)).toBe([...text].length)
  },
)
