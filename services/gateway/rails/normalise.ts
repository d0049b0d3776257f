/** Longest text that the injection rules read, in UTF-16 code units; of a longer one, beginning and end. */
const readMax = 200_000

const invisible = /\p{Cf}+/gu
const apostrophes = /[\u2018\u2019\u02bc`´]/g
const lookalikes: Readonly<Record<string, string>> = {
  ...{ а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', х: 'x', у: 'y', і: 'i', ѕ: 's', ј: 'j' },
  ...{ ο: 'o', α: 'a', ε: 'e', ι: 'i', ν: 'v', ρ: 'p' },
}
const lookalike = /[аеорсхуіѕјοαεινρ]/g

const bounded = (text: string): string =>
  text.length <= readMax ? text : `${text.slice(0, readMax / 2)} ${text.slice(-readMax / 2)}`

const leet: Readonly<Record<string, string>> = {
  ...{ '4': 'a', '@': 'a', '3': 'e', '€': 'e', '1': 'i', '!': 'i', '|': 'l', '0': 'o', $: 's' },
  ...{ '5': 's', '7': 't', '+': 't', '8': 'b' },
}
const leetWord = /[a-z4@3€1!|0$57+8]{3,40}/g
const mixed = /[a-z][4@3€1!|0$57+8]+[a-z]|^[4@3€1!|0$57+8]+[a-z]{2}|[a-z]{2}[€$|]$/

/** Leetspeak read as letters (`pr3vious instruct10ns`), backslashes left out; of normalised text, and linear too. */
export const withoutLeet = (normalised: string): string =>
  normalised
    .replaceAll('\\', '')
    .replace(leetWord, (word) =>
      mixed.test(word) ? word.replace(/[^a-z]/g, (sign) => leet[sign] ?? sign) : word,
    )

/**
 * Text as the injection rules read it: Unicode NFKC without accents and invisible characters, Cyrillic and Greek lookalikes as Latin
 * letters, lower case, runs of white space as one space. Linear in the text.
 */
export const normaliseForRules = (text: string): string =>
  bounded(text)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFKC')
    .replace(invisible, '')
    .toLowerCase()
    .replace(lookalike, (letter) => lookalikes[letter] ?? letter)
    .replace(apostrophes, "'")
    .replace(/\s+/g, ' ')
