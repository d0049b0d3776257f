import { Ngrams } from './ngrams.ts'
import { type CharacterCounts, countCharacters, type Word, wordsOf } from './scan.ts'

/** Length in characters (code points). */
export const lengthOf = (text: string): number => {
  let length = text.length
  for (let i = 0; i < text.length - 1; i += 1) {
    const code = text.charCodeAt(i)
    if (code < 0xd800 || code > 0xdbff) continue
    const next = text.charCodeAt(i + 1)
    if (next >= 0xdc00 && next <= 0xdfff) length -= 1
  }
  return length
}

/** A text and its parts as NeMo Curator cuts it, each found once and only when a filter asks. */
export class TextView {
  readonly text: string
  #characters: CharacterCounts | undefined
  #words: readonly Word[] | undefined
  #lines: readonly string[] | undefined
  #paragraphs: readonly string[] | undefined
  #urls: readonly string[] | undefined
  #ngrams: Ngrams | undefined

  constructor(text: string) {
    this.text = text
  }

  get characters(): CharacterCounts {
    this.#characters ??= countCharacters(this.text)
    return this.#characters
  }

  /** Between white space. */
  get words(): readonly Word[] {
    this.#words ??= wordsOf(this.text)
    return this.#words
  }

  /** Curator's "sentences": lines that hold more than white space. */
  get lines(): readonly string[] {
    this.#lines ??= this.text.split('\n').filter((line) => line.trim() !== '')
    return this.#lines
  }

  /** Between two line feeds. */
  get paragraphs(): readonly string[] {
    this.#paragraphs ??= this.text.split('\n\n')
    return this.#paragraphs
  }

  get ngrams(): Ngrams {
    this.#ngrams ??= new Ngrams(this.words)
    return this.#ngrams
  }

  get urls(): readonly string[] {
    this.#urls ??= this.text.includes('://')
      ? (this.text.match(/https?:\/\/(?:[A-Za-z0-9$\-_@.&+/:=?#~!*(),]|%[0-9A-Fa-f]{2})+/g) ?? [])
      : []
    return this.#urls
  }

  /** Characters (code points) of parts of this text. */
  lengthOf(part: string): number {
    return this.characters.all === this.text.length ? part.length : lengthOf(part)
  }
}
