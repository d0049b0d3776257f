/**
 * Which request ids a partition has held, at which offset first. Bounded: at least the `boundEntries` newest ids are known, at
 * most twice as many; the repeats of older ones are stored as first ones. Ids are forgotten a generation at a time, since
 * taking single ones out of a large map costs more than all else that is done with a record's id.
 */
export class RepeatIndex {
  /** Offsets as numbers: exact to 2^53, and no object each. */
  #newer = new Map<string, number>()
  #older = new Map<string, number>()
  readonly #boundEntries: number

  constructor(boundEntries: number) {
    this.#boundEntries = boundEntries
  }

  /** True when an earlier offset holds the id: a replayed record is never its own repeat. */
  isRepeat(id: string, offset: bigint): boolean {
    const at = Number(offset)
    const known = this.#newer.get(id) ?? this.#older.get(id)
    if (known !== undefined && known <= at) return known < at
    if (this.#newer.size >= this.#boundEntries) {
      this.#older = this.#newer
      this.#newer = new Map()
    }
    this.#newer.set(id, at)
    return false
  }
}
