/**
 * What all partitions of a sink hold together, in bytes of keys and values. Once it is spent, a partition sends what it has
 * and takes nothing before that is stored, so the sum stays below the budget and one fetch a partition.
 */
export class ByteBudget {
  readonly #bytesMax: number
  readonly #onSpent: () => void
  #held = 0

  /** `onSpent` is told of each block that ends for want of room. */
  constructor(bytesMax: number, onSpent: () => void = () => {}) {
    this.#bytesMax = bytesMax
    this.#onSpent = onSpent
  }

  get heldBytes(): number {
    return this.#held
  }

  take(bytes: number): void {
    this.#held += bytes
  }

  give(bytes: number): void {
    this.#held -= bytes
  }

  /** Whether the partition that asks must end its block now. */
  spent(): boolean {
    const spent = this.#held > this.#bytesMax
    if (spent) this.#onSpent()
    return spent
  }
}
