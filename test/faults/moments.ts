/** What can be seen from outside of the services while they work; a fault strikes at one of these. */
export const points = [
  'records acknowledged',
  'insert asked',
  'insert sent',
  'insert answered',
  'commit asked',
  'commit answered',
  'outputs asked',
  'outputs answered',
  'transaction end asked',
  'transaction end answered',
] as const

/** One of `points`. */
export type Point = (typeof points)[number]

interface Armed {
  readonly point: Point
  left: number
  readonly strike: () => void
}

/**
 * Counts how often each point was reached and strikes at the chosen one. Whoever reports a point waits for nothing: a strike
 * begins at once, before the reporter goes on.
 */
export class Moments {
  #armed: Armed[] = []

  /** Strikes once, when the point was reached so many times from now. */
  arm(point: Point, count: number, strike: () => void): void {
    this.#armed.push({ point, left: count, strike })
  }

  /** Says that a point was reached, or reached several times at once. */
  reach(point: Point, times = 1): void {
    for (const armed of this.#armed) if (armed.point === point) armed.left -= times
    const due = this.#armed.filter(({ left }) => left <= 0)
    this.#armed = this.#armed.filter(({ left }) => left > 0)
    for (const { strike } of due) strike()
  }

  /** Strikes all that is still armed, since its point did not come often enough, and says how many that were. */
  strikeLate(): number {
    const late = this.#armed
    this.#armed = []
    for (const { strike } of late) strike()
    return late.length
  }
}
