import type { Random } from './random.ts'

interface Waiting {
  readonly life: object
  /** Whose statement this is, which runs on when its sender is gone. */
  readonly sender: object | undefined
  readonly go: () => void
}

/**
 * Who goes on next: every look at the simulated world waits here, and one of those who wait is drawn. So all that runs side
 * by side (a zombie and its successor, a late INSERT) meets in every order, and the same seed gives the same order.
 */
export class Stage {
  readonly #random: Random
  #waiting: Waiting[] = []
  readonly #dead = new Set<object>()

  constructor(random: Random) {
    this.#random = random
  }

  /** Resolves when it is this life's turn; never, once it was killed. */
  turn(life: object, sender?: object): Promise<void> {
    return new Promise((go) => {
      if (!this.#dead.has(life)) this.#waiting.push({ life, sender, go })
    })
  }

  kill(life: object): void {
    this.#dead.add(life)
    this.#waiting = this.#waiting.filter((each) => each.life !== life)
  }

  /** Statements of this sender that still wait never run. */
  forget(sender: object): void {
    this.#waiting = this.#waiting.filter((each) => each.sender !== sender)
  }

  /** Gives turns until the condition holds or nobody waits. */
  async play(until: () => boolean): Promise<void> {
    for (;;) {
      await new Promise(setImmediate)
      if (until() || this.#waiting.length === 0) return
      const [drawn] = this.#waiting.splice(this.#random.below(this.#waiting.length), 1)
      drawn?.go()
    }
  }
}
