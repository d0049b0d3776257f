import { Transient } from '../../../services/kit/errors.ts'
import { Refused } from '../../../services/kit/runtime/sink/block-store.ts'
import { type Bounds, rowPlace } from '../../../services/kit/runtime/sink/bounds.ts'
import type { Random } from './random.ts'
import type { Stage } from './stage.ts'

/** What may go wrong with one INSERT. */
export const insertFaults = [
  'not arrived',
  'answer lost',
  'token burnt',
  'view rows missing',
  'arrives late',
] as const
export type InsertFault = (typeof insertFaults)[number]

/** A row by where its record stands and when it arrived. */
export interface SimulatedRow {
  readonly offset: bigint
  readonly arrivedMs: number
}

/** Simulated: a table with one view, which both deduplicate blocks by token, each for itself. */
export class SimulatedStore {
  readonly rows: SimulatedRow[] = []
  readonly viewRows: SimulatedRow[] = []
  readonly #tokens = new Set<string>()
  readonly #viewTokens = new Set<string>()
  readonly #stage: Stage
  readonly #random: Random
  readonly #refuses: ReadonlySet<string>
  readonly #count: (fault: string) => void
  /** Chance of a fault an INSERT, and which there may be. */
  faultChance = 0
  faults: readonly InsertFault[] = insertFaults

  constructor(
    stage: Stage,
    random: Random,
    refuses: ReadonlySet<string>,
    count: (fault: string) => void,
  ) {
    this.#stage = stage
    this.#random = random
    this.#refuses = refuses
    this.#count = count
  }

  /** One INSERT of one block. Throws `Refused` or `Transient`. */
  insert(rows: readonly SimulatedRow[], token: string, life: object): void {
    if (rows.some(({ offset, arrivedMs }) => this.#refuses.has(rowPlace(offset, arrivedMs)))) {
      this.#count('row refused')
      throw new Refused('code 27')
    }
    const fault = this.#draw()
    if (fault === undefined) {
      this.#write(rows, token)
      return
    }
    this.#count(fault)
    if (fault === 'arrives late') this.#later(rows, token, life)
    else this.#writeWrongly(fault, rows, token)
    throw new Transient(`simulated: ${fault}`)
  }

  places({ low, high }: Bounds): ReadonlySet<string> {
    const within = this.rows.filter(({ offset }) => offset >= low && offset <= high)
    return new Set(within.map(({ offset, arrivedMs }) => rowPlace(offset, arrivedMs)))
  }

  #draw(): InsertFault | undefined {
    if (!this.#random.chance(this.faultChance)) return undefined
    return this.faults[this.#random.below(this.faults.length)]
  }

  #write(rows: readonly SimulatedRow[], token: string): void {
    this.#writeBase(rows, token)
    if (!token.endsWith(':table-only')) this.#writeView(rows, token)
  }

  #writeBase(rows: readonly SimulatedRow[], token: string): void {
    if (this.#tokens.has(token)) return
    this.#tokens.add(token)
    this.rows.push(...rows)
  }

  #writeView(rows: readonly SimulatedRow[], token: string): void {
    if (this.#viewTokens.has(token)) return
    this.#viewTokens.add(token)
    this.viewRows.push(...rows)
  }

  #writeWrongly(fault: InsertFault, rows: readonly SimulatedRow[], token: string): void {
    if (fault === 'answer lost') this.#write(rows, token)
    // The token is written before the part is renamed; a crash in between burns it.
    if (fault === 'token burnt') this.#tokens.add(token)
    if (fault === 'view rows missing') this.#writeBase(rows, token)
  }

  /** The connection is gone, the statement is not: it runs when nobody listens any more. */
  #later(rows: readonly SimulatedRow[], token: string, life: object): void {
    void this.#stage.turn({}, life).then(() => this.#write(rows, token))
  }
}
