/** How many characters (code points, as in Python) of each kind a text has. */
export interface CharacterCounts {
  readonly all: number
  /** `[a-zA-Z0-9\n?!,.]` */
  readonly alphaNumeric: number
  /** `\p{Nd}` */
  readonly digits: number
  /** Tab, line feed, carriage return, backspace, space. */
  readonly whiteSpace: number
  /** `{`, `}`, `⟨`, `⟩`, `[`, `]`, `(`, `)` */
  readonly parentheses: number
}

/** A word between white space, as Python's `split` cuts. */
export interface Word {
  readonly text: string
  /** In characters (code points). */
  readonly length: number
  /** Has a character of `\p{Alphabetic}`. */
  readonly isAlphabetic: boolean
  /** Has a `#`. */
  readonly hasHash: boolean
}

const kinds = {
  alphaNumeric: 1,
  digit: 2,
  white: 4,
  parenthesis: 8,
  separator: 16,
  letter: 32,
  hash: 64,
} as const
const kindsAll = 128

const isSeparator = /(?!\ufeff)\s/
/** What Python calls space beside what JavaScript does; the byte order mark is none. */
const separatorsOfPython = '\u001c\u001d\u001e\u001f\u0085'

const tests: readonly (readonly [(character: string) => boolean, number])[] = [
  [(character) => /[a-zA-Z0-9\n?!,.]/.test(character), kinds.alphaNumeric],
  [(character) => /\p{Nd}/u.test(character), kinds.digit],
  [(character) => '\t\n\r\b '.includes(character), kinds.white],
  [(character) => '{}⟨⟩[]()'.includes(character), kinds.parenthesis],
  [(character) => isSeparator.test(character), kinds.separator],
  [(character) => separatorsOfPython.includes(character), kinds.separator],
  [(character) => /\p{Alphabetic}/u.test(character), kinds.letter],
  [(character) => character === '#', kinds.hash],
]

const classify = (code: number): number => {
  const character = String.fromCodePoint(code)
  return tests.reduce((kind, [is, own]) => (is(character) ? kind | own : kind), 0)
}

const unknown = 255
/** Kinds of the characters below 65536, each found when it is first met. */
const known = new Uint8Array(0x1_0000).fill(unknown)

const kindOf = (code: number): number => {
  if (code > 0xffff) return classify(code)
  const kind = known[code] ?? unknown
  if (kind !== unknown) return kind
  const found = classify(code)
  known[code] = found
  return found
}

const histogramOf = (text: string): Uint32Array => {
  const histogram = new Uint32Array(kindsAll)
  for (let at = 0; at < text.length; at += 1) {
    const code = text.codePointAt(at) ?? 0
    if (code > 0xffff) at += 1
    const kind = kindOf(code)
    histogram[kind] = (histogram[kind] ?? 0) + 1
  }
  return histogram
}

/** Counts the characters of each kind in one walk. */
export const countCharacters = (text: string): CharacterCounts => {
  const counts = { all: 0, alphaNumeric: 0, digits: 0, whiteSpace: 0, parentheses: 0 }
  const histogram = histogramOf(text)
  for (let kind = 0; kind < kindsAll; kind += 1) {
    const count = histogram[kind] ?? 0
    if (count === 0) continue
    counts.all += count
    counts.alphaNumeric += count * (kind & 1)
    counts.digits += count * ((kind >> 1) & 1)
    counts.whiteSpace += count * ((kind >> 2) & 1)
    counts.parentheses += count * ((kind >> 3) & 1)
  }
  return counts
}

const wordAt = (text: string, start: number): Word => {
  let seen = 0
  let pairs = 0
  let end = start
  while (end < text.length) {
    const code = text.codePointAt(end) ?? 0
    const kind = kindOf(code)
    if ((kind & kinds.separator) !== 0) break
    if (code > 0xffff) pairs += 1
    end += code > 0xffff ? 2 : 1
    seen |= kind
  }
  return {
    text: text.slice(start, end),
    length: end - start - pairs,
    isAlphabetic: (seen & kinds.letter) !== 0,
    hasHash: (seen & kinds.hash) !== 0,
  }
}

/** Cuts a text into its words in one walk. */
export const wordsOf = (text: string): readonly Word[] => {
  const words: Word[] = []
  let at = 0
  while (at < text.length) {
    if ((kindOf(text.charCodeAt(at)) & kinds.separator) !== 0) {
      at += 1
      continue
    }
    const word = wordAt(text, at)
    words.push(word)
    at += word.text.length
  }
  return words
}
