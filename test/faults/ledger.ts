import { appendFileSync, mkdirSync, readFileSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'

/** One line: what was run, under which key, and what came of it. */
export interface Entry<Result> {
  /** The same work has the same key. */
  readonly key: string
  readonly result: Result
}

/** The lines of a file; half a line, which a killed run has left, is cut off so that the next line is whole. */
const readLines = (file: string): readonly string[] => {
  try {
    const text = readFileSync(file, 'utf8')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole))
    return whole.split('\n').slice(0, -1)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** What was run before, in a file of JSON lines; the last line of a key holds. */
export class Ledger {
  readonly #file: string
  readonly #entries = new Map<string, unknown>()

  constructor(file: string) {
    this.#file = file
    for (const line of readLines(file)) {
      const { key, result } = JSON.parse(line) as Entry<unknown>
      this.#entries.set(key, result)
    }
  }

  /** What came of it when it was run; undefined when it was not. */
  find<Result>(key: string): Result | undefined {
    return this.#entries.get(key) as Result | undefined
  }

  add<Result>(key: string, result: Result): void {
    mkdirSync(dirname(this.#file), { recursive: true })
    appendFileSync(this.#file, `${JSON.stringify({ key, result })}\n`)
    this.#entries.set(key, result)
  }
}
