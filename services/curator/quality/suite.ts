import * as characters from './character-filters.ts'
import { type Bounds, type Filter, isWithin } from './filter.ts'
import * as lines from './line-filters.ts'
import { repeatingDuplicateNGrams, repeatingTopNGrams } from './ngram-filters.ts'
import { boilerPlate, histogramOf } from './page-filters.ts'
import { TextView } from './text-view.ts'
import * as words from './word-filters.ts'

/** Written without spaces between words: what counts words can't read them. Curator cuts them by dictionaries. */
const unspaced = new Set(['zh', 'ja', 'th', 'lo', 'km', 'my'])
const unspacedFilters: readonly Filter[] = [
  ...Object.values(characters).filter(({ name }) => name !== 'NonAlphaNumeric'),
  ...Object.values(lines),
  boilerPlate,
]
/** Curator's documentation keeps these to English text. */
const englishOnly = new Set(['NonAlphaNumeric', 'CommonEnglishWords'])

const everyFilter = (language: string): readonly Filter[] => [
  ...Object.values(characters),
  ...Object.values(words),
  ...Object.values(lines),
  boilerPlate,
  histogramOf(language),
  ...repeatingTopNGrams,
  ...repeatingDuplicateNGrams,
]

const english = everyFilter('en')
/** Names of all filters. */
export const filterNames: readonly string[] = english.map(({ name }) => name)

/**
 * The heuristic filters that can read a language (ISO 639-1; an unknown one is read as English) with Curator's bounds, the
 * cheap ones first.
 */
export const filtersFor = (language: string): readonly Filter[] => {
  if (language === 'en' || language === '') return english
  if (unspaced.has(language)) return [...unspacedFilters, histogramOf(language)]
  return everyFilter(language).filter(({ name }) => !englishOnly.has(name))
}

/** Bounds by the name of a filter; `off` leaves it out. What is not named is as Curator has it. */
export type FilterPreset = Readonly<Record<string, Bounds | 'off'>>

/** Gopher asks for 50 words before it asks what repeats: in fewer every phrase is a large share. */
const wordsMin = 50

/**
 * For answers of a chat: they may be one word, a list, a table or code, so what judges a page's shape is off, and what finds
 * noise and repetition stays, wide enough to keep careful answers with headings and lists.
 */
export const chatPreset: FilterPreset = {
  WordCount: { min: 1, max: 100_000 },
  NonAlphaNumeric: { max: 0.6 },
  SymbolsToWords: { max: 0.3 },
  Numbers: { max: 0.5 },
  Urls: { max: 0.5 },
  WhiteSpace: { max: 0.5 },
  Bullets: 'off',
  Parentheses: { max: 0.2 },
  MeanWordLength: { min: 1, max: 25 },
  CommonEnglishWords: 'off',
  Punctuation: 'off',
  WordsWithoutAlphabets: { min: 0.3 },
  RepeatedLines: { min: 0.5 },
  RepeatedLinesByChar: { min: 0.5 },
  RepeatedParagraphs: { min: 0.5 },
  RepeatedParagraphsByChar: { min: 0.5 },
  RepeatingTop2Grams: { max: 0.2, wordsMin },
  RepeatingTop3Grams: { max: 0.18, wordsMin },
  RepeatingTop4Grams: { max: 0.16, wordsMin },
  RepeatingDuplicate5Grams: { max: 0.45, wordsMin },
  RepeatingDuplicate6Grams: { max: 0.42, wordsMin },
  RepeatingDuplicate7Grams: { max: 0.39, wordsMin },
  RepeatingDuplicate8Grams: { max: 0.36, wordsMin },
  RepeatingDuplicate9Grams: { max: 0.33, wordsMin },
  RepeatingDuplicate10Grams: { max: 0.3, wordsMin },
}

/** What the filters found in a text. */
export interface QualityFindings {
  /** Score of each filter that was asked, by its name. */
  readonly scores: Readonly<Record<string, number>>
  /** Names of the filters that would not keep it, in the filters' order. */
  readonly failed: readonly string[]
}

const boundsOf = (filter: Filter, preset: FilterPreset): Bounds | undefined => {
  const own = preset[filter.name]
  return own === 'off' ? undefined : (own ?? filter.bounds)
}

/** Asks every filter that the preset does not leave out. */
export const judgeText = (
  text: string,
  filters: readonly Filter[],
  preset: FilterPreset,
): QualityFindings => {
  const view = new TextView(text)
  const scores: Record<string, number> = {}
  const failed: string[] = []
  for (const filter of filters) {
    const bounds = boundsOf(filter, preset)
    if (bounds === undefined || view.words.length < (bounds.wordsMin ?? 0)) continue
    const score = filter.score(view)
    scores[filter.name] = score
    if (!isWithin(score, bounds)) failed.push(filter.name)
  }
  return { scores, failed }
}
