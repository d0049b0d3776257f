/**
 * Which request ids a partition has held, at which offset first. Bounded: of more ids than `boundEntries` the oldest are
 * forgotten, and their repeats are stored as first ones.
 */
export class RepeatIndex {
  readonly #first = new Map<string, bigint>()
  readonly #boundEntries: number

  constructor(boundEntries: number) {
    this.#boundEntries = boundEntries
  }

  /** True when an earlier offset holds the id: a replayed record is never its own repeat. */
  isRepeat(id: string, offset: bigint): boolean {
    const known = this.#first.get(id)
    if (known !== undefined && known < offset) return true
    if (known === offset) return false
    this.#first.delete(id)
    this.#first.set(id, offset)
    if (this.#first.size > this.#boundEntries) {
      const [oldest] = this.#first.keys()
      if (oldest !== undefined) this.#first.delete(oldest)
    }
    return false
  }
}
