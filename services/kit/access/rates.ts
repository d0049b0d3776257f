/** What a taking left. */
export interface Taken {
  readonly granted: boolean
  readonly remaining: number
  /** Until there is more, milliseconds. */
  readonly waitMs: number
}

/** How much each key may use a second. */
export interface Rate {
  readonly perSecond: number
  take(key: string): Promise<Taken>
  /** Uses so much whatever is left; what is over is owed for as long as it takes. */
  charge(key: string, amount: number): Promise<void>
  /** How long a key owes, milliseconds; 0 where it may go on. */
  owesMs(key: string): Promise<number>
}

/** Makes a rate for this process alone. */
export type MakeRate = (perSecond: number) => Rate
