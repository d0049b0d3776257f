import { type Filter, shareOf } from './filter.ts'
import type { Word } from './scan.ts'
import type { TextView } from './text-view.ts'

const tooShort = 1

const occurrences = (text: string, part: string): number => {
  let count = 0
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count += 1
  return count
}

const topShare = (view: TextView, n: number): number => {
  const top = view.ngrams.top(n)
  if (top === undefined) return tooShort
  const phrase = top.map(({ text }) => text).join(' ')
  const found = occurrences(view.text, phrase)
  return shareOf(found * view.lengthOf(phrase), view.characters.all, 1)
}

/** Characters of a repeat that no repeat before it has counted: its last `fresh` words and the spaces before them. */
const freshCharacters = (words: readonly Word[], end: number, n: number, fresh: number): number => {
  let characters = Math.min(fresh, n - 1)
  for (let word = end - fresh; word < end; word += 1) characters += words[word]?.length ?? 0
  return characters
}

const duplicateShare = (view: TextView, n: number): number => {
  if (view.words.length < n) return tooShort
  let duplicated = 0
  let last = -n
  for (const place of view.ngrams.repeats(n)) {
    duplicated += freshCharacters(view.words, place + n, n, Math.min(n, place - last))
    last = place
  }
  return shareOf(duplicated, view.characters.all, 1)
}

const top = (n: number, max: number): Filter => ({
  name: `RepeatingTop${n}Grams`,
  bounds: { max },
  score: (view) => topShare(view, n),
})

const duplicate = (n: number, max: number): Filter => ({
  name: `RepeatingDuplicate${n}Grams`,
  bounds: { max },
  score: (view) => duplicateShare(view, n),
})

/** The share of a text that its most frequent n-gram takes: Gopher's bounds, table A1. */
export const repeatingTopNGrams: readonly Filter[] = [top(2, 0.2), top(3, 0.18), top(4, 0.16)]

/** The share of a text that stands in n-grams which came before: Gopher's bounds, table A1. */
export const repeatingDuplicateNGrams: readonly Filter[] = [
  duplicate(5, 0.15),
  duplicate(6, 0.14),
  duplicate(7, 0.13),
  duplicate(8, 0.12),
  duplicate(9, 0.11),
  duplicate(10, 0.1),
]
