import { type Filter, shareOf } from './filter.ts'
import type { TextView } from './text-view.ts'

/** What cookie notices and footers say; C4 drops pages for such lines. */
const boilerPlatePhrases = [
  'terms of use',
  'privacy policy',
  'cookie policy',
  'uses cookies',
  'privacy overview',
  'use of cookies',
  'use cookies',
  'privacy & cookies policy',
  'privacy and cookies policy',
  'necessary cookies are absolutely essential for the website to function properly. this category only includes cookies that ensures basic functionalities and security features of the website. these cookies do not store any personal information.',
  'any cookies that may not be particularly necessary for the website to function and is used specifically to collect user personal data via analytics, ads, other embedded contents are termed as non-necessary cookies. it is mandatory to procure user consent prior to running these cookies on your website.',
  'if you continue to browse this site without changing your cookie settings, you agree to this use. acceptread more',
]
/** Without one of these words no phrase is in a text. */
const boilerPlateWords = /lorem ipsum|cookie|privacy|terms of use/i

/** At most 40% of the paragraphs are boiler plate; "lorem ipsum" is all of it. */
export const boilerPlate: Filter = {
  name: 'BoilerPlate',
  bounds: { max: 0.4 },
  score: ({ text, paragraphs }) => {
    if (!boilerPlateWords.test(text)) return 0
    const lower = paragraphs.map((paragraph) => paragraph.toLowerCase())
    if (lower.some((paragraph) => paragraph.includes('lorem ipsum'))) return 1
    const plates = lower.filter((paragraph) =>
      boilerPlatePhrases.some((phrase) => paragraph.includes(phrase)),
    )
    return shareOf(plates.length, paragraphs.length, 1)
  },
}

const scripts = (...names: readonly string[]): RegExp =>
  new RegExp(`^[\\s\\p{P}\\p{S}\\p{N}${names.map((name) => `\\p{Script=${name}}`).join('')}]$`, 'u')

const latin = scripts('Latin')
/** Scripts that a language is written in; others, and unknown ones, are taken for Latin. */
const scriptOf: Readonly<Record<string, RegExp>> = {
  ar: scripts('Arabic'),
  bg: scripts('Cyrillic'),
  el: scripts('Greek'),
  fa: scripts('Arabic'),
  he: scripts('Hebrew'),
  hi: scripts('Devanagari'),
  ja: scripts('Han', 'Hiragana', 'Katakana'),
  ko: scripts('Hangul', 'Han'),
  ru: scripts('Cyrillic'),
  th: scripts('Thai'),
  uk: scripts('Cyrillic'),
  zh: scripts('Han'),
}

const ownCharacters = (text: string, script: RegExp): number => {
  let own = 0
  for (const character of text) {
    if (script.test(character)) own += 1
  }
  return own
}

const notAscii = /\P{ASCII}/u
const everyNotAscii = /\P{ASCII}/gu

const latinCharacters = (view: TextView): number => {
  const text = view.text.trim()
  if (!notAscii.test(text)) return text.length
  const others = text.match(everyNotAscii) ?? []
  return view.lengthOf(text) - others.filter((character) => !latin.test(character)).length
}

/**
 * More than 80% of the characters belong to the language (NLLB, arXiv:2207.04672, page 30). Curator counts them in histograms
 * that it downloads; here a language is known by its scripts, with punctuation, symbols and digits, so that nothing is
 * fetched: coarser, since it can't tell two languages of one script apart.
 */
export const histogramOf = (language: string): Filter => {
  const script = scriptOf[language] ?? latin
  return {
    name: 'Histogram',
    bounds: { above: 0.8 },
    score: (view) => {
      const own = script === latin ? latinCharacters(view) : ownCharacters(view.text.trim(), script)
      return shareOf(own, view.characters.all, 0)
    },
  }
}
