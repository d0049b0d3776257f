/** Kafka takes 4,096 bytes beside a commit unless set otherwise. */
const marksBytesMax = 4000

/** Redriven letters are too scattered to be remembered: redrive the oldest first, which closes the gaps. */
export class TooScattered extends Error {
  override readonly name = 'TooScattered'
}

interface Run {
  readonly from: bigint
  readonly to: bigint
}

const joined = (runs: readonly Run[]): readonly Run[] => {
  const sorted = [...runs].sort((a, b) => (a.from < b.from ? -1 : 1))
  const result: Run[] = []
  for (const run of sorted) {
    const last = result.at(-1)
    if (last === undefined || run.from > last.to + 1n) result.push(run)
    else if (run.to > last.to) result[result.length - 1] = { from: last.from, to: run.to }
  }
  return result
}

/** Offsets of letters that were sent back, kept as runs: small where they stand together. Unchangeable. */
export class Marks {
  readonly #runs: readonly Run[]

  private constructor(runs: readonly Run[]) {
    this.#runs = runs
  }

  static readonly none = new Marks([])

  /** Reads what `text` wrote. Throws on anything else: then nobody knows what was sent back already. */
  static parse(text: string): Marks {
    if (text === '') return Marks.none
    if (!/^v1(,[0-9a-z]+(\+[0-9a-z]+)?)+$/.test(text))
      throw new Error('the marks of redriven letters do not parse')
    const digits = (word: string): bigint => BigInt(Number.parseInt(word, 36))
    let end = -1n
    const runs = text
      .split(',')
      .slice(1)
      .map((word) => {
        const [gap = '', more = '0'] = word.split('+')
        const from = end + 1n + digits(gap)
        end = from + digits(more)
        return { from, to: end }
      })
    return new Marks(runs)
  }

  has(offset: bigint): boolean {
    return this.#runs.some(({ from, to }) => offset >= from && offset <= to)
  }

  with(offsets: readonly bigint[]): Marks {
    return new Marks(joined([...this.#runs, ...offsets.map((at) => ({ from: at, to: at }))]))
  }

  /** Without what lies wholly below: Kafka no longer has it. */
  from(lowest: bigint): Marks {
    return new Marks(this.#runs.filter(({ to }) => to >= lowest))
  }

  /** Base 36: the gap since the last run, and how many more follow. Throws `TooScattered` where Kafka would not take it. */
  get text(): string {
    let end = -1n
    const words = this.#runs.map(({ from, to }) => {
      const gap = (from - end - 1n).toString(36)
      end = to
      return to === from ? gap : `${gap}+${(to - from).toString(36)}`
    })
    const text = words.length === 0 ? '' : ['v1', ...words].join(',')
    if (text.length > marksBytesMax)
      throw new TooScattered('too many gaps between redriven letters: redrive the oldest first')
    return text
  }
}
