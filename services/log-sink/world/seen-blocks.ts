/** The newest block of a partition of a table; blocks are numbered as they are inserted. */
export interface Block {
  readonly table: string
  readonly partition: string
  readonly block: number
}

/** What stood in the tables before a look that found nothing. */
interface Look {
  readonly blocks: readonly Block[]
  readonly atMs: number
}

/**
 * An insert has its number before its rows can be seen: what stood there at a look may have missed one with a lower number. So
 * long an insert may take, twice the time after which the sink gives it up.
 */
const settleMs = 120_000

/** After so long everything is looked at again, whatever became of the tables in the meantime. */
const wholeLookMs = 3_600_000

const nameOf = ({ table, partition }: Block): string => `${table}/${partition}`

/** True where a table went back: restored, or made anew. */
const wentBack = (then: readonly Block[], now: readonly Block[]): boolean => {
  const numbers = new Map(now.map((one) => [nameOf(one), one.block]))
  return then.some((one) => (numbers.get(nameOf(one)) ?? one.block) < one.block)
}

/** True when a table has a block that is not known. */
export const hasNew = (
  table: string,
  blocks: readonly Block[],
  known: readonly Block[],
): boolean => {
  const numbers = new Map(known.map((one) => [nameOf(one), one.block]))
  return blocks.some((one) => one.table === table && numbers.get(nameOf(one)) !== one.block)
}

/** Remembers which blocks need no further look. */
export class SeenBlocks {
  #mark = ''
  #wholeAtMs = Number.NEGATIVE_INFINITY
  #looks: readonly Look[] = []

  /**
   * What need not be looked at; nothing where what is looked for (`mark`) or the tables are others than before, and once an
   * hour.
   */
  known(mark: string, blocks: readonly Block[], nowMs: number): readonly Block[] {
    const isOver = nowMs - this.#wholeAtMs >= wholeLookMs
    if (mark !== this.#mark || isOver || this.#looks.some((one) => wentBack(one.blocks, blocks))) {
      this.#mark = mark
      this.#wholeAtMs = nowMs
      this.#looks = []
    }
    const settled = this.#looks.findLast(({ atMs }) => nowMs - atMs >= settleMs)
    if (settled !== undefined) this.#looks = this.#looks.filter(({ atMs }) => atMs >= settled.atMs)
    return settled?.blocks ?? []
  }

  /** What stood there before a look that found nothing. */
  foundNothing(blocks: readonly Block[], atMs: number): void {
    this.#looks = [...this.#looks, { blocks, atMs }]
  }

  /** A look that found something is no proof of the rest. */
  foundSomething(): void {
    this.#looks = []
  }
}
