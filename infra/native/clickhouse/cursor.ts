import { depthChange, wordOf } from './grammar.ts'
import { significant, type Token } from './tokens.ts'

/** Reads significant tokens one by one, never further than asked: rows may follow, in any bytes. */
export class Cursor {
  readonly text: string
  readonly #source: Iterator<Token, void>
  current: Token | undefined

  constructor(text: string, from: number) {
    this.text = text
    this.#source = significant(text, from)
    this.next()
  }

  /** The word or symbol at the cursor, in capitals; empty for anything quoted. */
  get word(): string {
    return wordOf(this.text, this.current)
  }

  /** Moves to the next token. */
  next(): void {
    this.current = this.#source.next().value ?? undefined
  }

  /** Moves past the word if it is the one at the cursor. */
  skipWord(word: string): boolean {
    if (this.word !== word) return false
    this.next()
    return true
  }

  /** Moves behind the bracket that closes the one at the cursor. */
  skipGroup(): void {
    let depth = 0
    do {
      depth += depthChange(this.word)
      this.next()
    } while (depth > 0 && this.current !== undefined)
  }

  /** Where the token at the cursor starts. */
  get start(): number {
    return this.current?.start ?? this.text.length
  }
}
