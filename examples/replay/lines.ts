/** A line of a file, or that it is too long to be read. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly tooLong: true }

const newline = 0x0a

/** Cuts chunks into lines, numbered from 1, and never holds more than `bytesMax` of one; a longer line is named, not read. */
export class LineCutter {
  readonly #bytesMax: number
  #parts: Uint8Array[] = []
  #bytes = 0
  #tooLong = false
  #number = 1

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** The lines that end in this chunk. */
  *feed(chunk: Uint8Array): Generator<Line> {
    let from = 0
    for (;;) {
      const end = chunk.indexOf(newline, from)
      if (end === -1) break
      this.#take(chunk.subarray(from, end))
      yield this.#line()
      from = end + 1
    }
    this.#take(chunk.subarray(from))
  }

  /** The last line, where no newline ended it. */
  *end(): Generator<Line> {
    if (this.#bytes > 0 || this.#tooLong) yield this.#line()
  }

  #take(part: Uint8Array): void {
    this.#bytes += part.length
    if (this.#bytes > this.#bytesMax) {
      this.#tooLong = true
      this.#parts = []
    } else if (part.length > 0) this.#parts.push(part)
  }

  #line(): Line {
    const number = this.#number
    const line: Line = this.#tooLong
      ? { number, tooLong: true }
      : { number, text: Buffer.concat(this.#parts).toString('utf8') }
    this.#parts = []
    this.#bytes = 0
    this.#tooLong = false
    this.#number += 1
    return line
  }
}

/** The lines of a stream of bytes. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<Line> {
  const cutter = new LineCutter(bytesMax)
  for await (const chunk of chunks) yield* cutter.feed(chunk)
  yield* cutter.end()
}
