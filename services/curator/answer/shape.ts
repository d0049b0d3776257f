import { normalised } from '#kit'

const fence = /^ {0,3}(`{3,}|~{3,})[^\n]*$/gm

/**
 * The text without its fenced code, and whether a fence is left open (CommonMark 4.5: it closes with at least as many of the
 * same sign, and no words).
 */
export const withoutCode = (text: string): { readonly prose: string; readonly isOpen: boolean } => {
  let open: { readonly mark: string; readonly at: number } | undefined
  let from = 0
  let prose = ''
  for (const { 0: line, 1: mark = '', index } of text.matchAll(fence)) {
    if (open === undefined) open = { mark, at: index }
    else if (mark.startsWith(open.mark) && line.trim() === mark) {
      prose += text.slice(from, open.at)
      from = index + line.length
      open = undefined
    }
  }
  const end = open === undefined ? text.length : open.at
  return { prose: prose + text.slice(from, end), isOpen: open !== undefined }
}

/** Shortest prompt whose echo is known from chance, in characters. */
const echoCharactersMin = 32

/**
 * How much of what was asked the answer says again from its first word on, 0 to 1: 1 where the whole prompt stands in the
 * answer. 0 for a prompt of fewer than 32 characters.
 */
export const promptEcho = (prompt: string, answer: string): number => {
  const asked = normalised(prompt).toLowerCase()
  const answered = normalised(answer).toLowerCase()
  if (asked.length < echoCharactersMin || answered === '') return 0
  if (answered.includes(asked)) return 1
  let same = 0
  while (same < asked.length && asked[same] === answered[same]) same += 1
  return same / asked.length
}

const repeatsMin = 4
const sameCharactersMin = 8
const readable = /[\p{L}\p{N}\p{S}]/u

/**
 * True for a text that says nothing: more than one character and all of them punctuation, one word four times or more, or
 * one character eight times or more.
 */
export const isZeroInformation = (text: string): boolean => {
  const said = normalised(text)
  if (said === '') return true
  const words = said.toLowerCase().split(' ')
  const [first = ''] = words
  const single = [...first]
  return (
    (said.length > 1 && !readable.test(said)) ||
    (words.length >= repeatsMin && words.every((word) => word === first)) ||
    (words.length === 1 &&
      single.length >= sameCharactersMin &&
      single.every((character) => character === single[0]))
  )
}
