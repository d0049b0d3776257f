import type { RawRecord } from '../../../services/kit/broker.ts'
import { PartitionLost } from '../../../services/kit/broker.ts'
import { Transient } from '../../../services/kit/errors.ts'
import { ByteBudget } from '../../../services/kit/runtime/sink/byte-budget.ts'
import { PartitionSink } from '../../../services/kit/runtime/sink/partition-sink.ts'
import {
  type StoreBlockOptions,
  storeBlock,
} from '../../../services/kit/runtime/sink/store-block.ts'
import { placeOf, type SimulatedLog } from './log.ts'
import type { Random } from './random.ts'
import type { Stage } from './stage.ts'
import type { SimulatedRow, SimulatedStore } from './store.ts'

/** The world that all lives of a schedule share. */
export interface World {
  readonly random: Random
  readonly stage: Stage
  readonly log: SimulatedLog
  readonly store: SimulatedStore
  /** Places of records that went to dead letters. */
  readonly letters: Set<string>
  readonly count: (fault: string) => void
}

/** How one life of the sink goes. */
export interface LifePlan {
  /** SIGKILL at this step, before or after its effect; never when 0. */
  readonly killAtStep: number
  readonly rowsMax: number
  readonly fetchMax: number
  readonly budgetBytes: number
  /** Chance that a commit's answer is lost. */
  readonly commitFaultChance: number
}

const rowsOf = (bytes: Uint8Array): SimulatedRow[] =>
  Buffer.from(bytes)
    .toString()
    .split(',')
    .map((text) => {
      const [offset = '', arrivedMs = ''] = text.split('@')
      return { offset: BigInt(offset), arrivedMs: Number(arrivedMs) }
    })

/** One life of a sink on the partition: from its assignment to its end, its death, or the loss of the partition. */
export class Life {
  readonly #world: World
  readonly #plan: LifePlan
  readonly #lost = new AbortController()
  readonly #sink: PartitionSink
  #steps = 0
  #timer: { readonly action: () => void; readonly waitMs: number } | undefined
  #failed = false
  /** True once it ran to the end of the log, failed, or was killed. */
  over = false

  constructor(world: World, plan: LifePlan) {
    this.#world = world
    this.#plan = plan
    const { log, store } = world
    const owner = log.own(this.#lost.signal, (kind, effect) => this.#commit(kind, effect))
    const options: Omit<StoreBlockOptions, 'announcePart' | 'announced'> = {
      store: {
        insert: (bytes, token) => this.#step(() => store.insert(rowsOf(bytes), token, this)),
        storedPlaces: (bounds) => this.#step(() => store.places(bounds)),
      },
      encode: async (records) => ({
        bytes: Buffer.from(records.map(placeOf).join(',')),
        accepted: records,
        rejected: [],
      }),
      patiently: (attempt, onFailure) => this.#patiently(attempt, onFailure),
      onRepair: (rows) => {
        if (rows > 0) world.count('repair')
      },
    }
    this.#sink = new PartitionSink(owner, {
      limits: { rowsMax: plan.rowsMax, bytesMax: 1e9, lingerMs: 50 },
      budget: new ByteBudget(plan.budgetBytes),
      newestStored: async () =>
        store.rows.reduce((newest, { offset }) => (offset > newest ? offset : newest), -1n),
      store: (records, bounds, history, protocol) =>
        storeBlock(records, bounds, history, { ...options, ...protocol }),
      reject: (rows) =>
        this.#step(() => {
          for (const { record } of rows) world.letters.add(placeOf(record))
        }),
      onStored: () => {},
      onFailure: () => {
        this.#failed = true
      },
      after: (waitMs, action) => {
        this.#timer = { waitMs, action }
        return () => {
          this.#timer = undefined
        }
      },
    })
  }

  /** Reads the log to its end. Never rejects; never settles once killed. */
  async live(): Promise<void> {
    try {
      await this.#read(await this.#sink.startOffset())
    } catch {
      this.#failed = true
    }
    await this.#sink.close()
    this.over = true
  }

  /** The partition is somebody else's; this life may not know yet. */
  lose(): void {
    this.#lost.abort()
  }

  kill(): void {
    this.#world.stage.kill(this)
    this.over = true
  }

  async #read(start: bigint): Promise<void> {
    let next = start
    for (;;) {
      await this.#step(() => undefined)
      if (this.#failed || this.#lost.signal.aborted) return
      const records = this.#fetch(next)
      const last = records.at(-1)
      if (last === undefined) break
      const { end: endOffset } = this.#world.log
      next = last.position.offset + 1n
      await this.#sink.take({ topic: 't', partition: 0, records, endOffset })
      if (this.#world.random.chance(0.2)) await this.#fire(1000)
    }
    await this.#fire(Number.POSITIVE_INFINITY)
  }

  #fetch(next: bigint): readonly RawRecord[] {
    const { log, random } = this.#world
    const readable = log.records.filter(({ position }) => position.offset >= next)
    return readable.slice(0, 1 + random.below(this.#plan.fetchMax))
  }

  /** Lets the sink's timer ring, when it is no longer than that, and waits for what it begins. */
  async #fire(longestMs: number): Promise<void> {
    const timer = this.#timer
    if (timer === undefined || timer.waitMs > longestMs) return
    this.#timer = undefined
    timer.action()
    await this.#sink.settled()
  }

  async #patiently<T>(attempt: () => Promise<T>, onFailure: () => void): Promise<T> {
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof Transient) || this.#lost.signal.aborted) throw error
        onFailure()
      }
    }
  }

  /** One look at the world: waits for its turn, and may be the last thing that this life does. */
  async #step<T>(effect: () => T): Promise<T> {
    const { stage, random, count } = this.#world
    await stage.turn(this)
    this.#steps += 1
    if (this.#steps !== this.#plan.killAtStep) return effect()
    const before = random.chance(0.5)
    count(before ? 'killed before a step' : 'killed after a step')
    if (!before) this.#unheard(effect)
    this.kill()
    return new Promise<never>(() => {})
  }

  #unheard(effect: () => unknown): void {
    try {
      effect()
    } catch {
      // Nobody is left to hear it.
    }
  }

  #commit(_kind: string, effect: () => void): Promise<void> {
    const { random, count } = this.#world
    return this.#step(() => {
      const fault = random.chance(this.#plan.commitFaultChance)
      const arrives = !fault || random.chance(0.5)
      if (arrives) effect()
      if (!fault) return
      count(arrives ? 'commit answered nobody' : 'commit not arrived')
      throw this.#lost.signal.aborted ? new PartitionLost('gone') : new Transient('no coordinator')
    })
  }
}
