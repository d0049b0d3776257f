import { type Filter, shareOf } from './filter.ts'

/** At most a quarter of the characters are other than letters, digits, line feeds, `?`, `!`, `,` and `.`. For English. */
export const nonAlphaNumeric: Filter = {
  name: 'NonAlphaNumeric',
  bounds: { max: 0.25 },
  score: ({ characters: { all, alphaNumeric } }) => shareOf(all - alphaNumeric, all, 1),
}

/** At most 15% of the characters are digits. */
export const numbers: Filter = {
  name: 'Numbers',
  bounds: { max: 0.15 },
  score: ({ characters: { all, digits } }) => shareOf(digits, all, 1),
}

/** At most a quarter of the characters are white space. */
export const whiteSpace: Filter = {
  name: 'WhiteSpace',
  bounds: { max: 0.25 },
  score: ({ characters }) => shareOf(characters.whiteSpace, characters.all, 1),
}

/** At most a tenth of the characters are brackets. */
export const parentheses: Filter = {
  name: 'Parentheses',
  bounds: { max: 0.1 },
  score: ({ characters }) => shareOf(characters.parentheses, characters.all, 1),
}

/** At most a fifth of the characters stand in addresses. */
export const urls: Filter = {
  name: 'Urls',
  bounds: { max: 0.2 },
  score: (text) => {
    const inUrls = text.urls.reduce((sum, url) => sum + text.lengthOf(url), 0)
    return shareOf(inUrls, text.characters.all, 1)
  },
}

/** No address says what it should not. */
export const pornographicUrls: Filter = {
  name: 'PornographicUrls',
  bounds: { max: 0 },
  score: (text) => (text.urls.some((url) => url.includes('porn')) ? 1 : 0),
}
