import type { Topic, ValueOf } from '#schemas'
import type { Arrived, Position } from './arrived.ts'
import type { Emit, Outcome } from './outcome.ts'
import type { Settings, SettingsOf } from './settings.ts'

/** What a decision may know besides its record. */
export interface Context<S extends Settings, Facts> {
  /** The record's Kafka timestamp, so that a replay decides the same. */
  readonly nowMs: number
  readonly settings: SettingsOf<S>
  readonly facts: Facts
  readonly position: Position
  readonly headers: Readonly<Record<string, string>>
}

/** input → gather (may look) → decide (may only think) → outputs. */
export interface Processor<In extends Topic, Out extends Topic, S extends Settings, Facts, World> {
  readonly kind: 'processor'
  readonly service: string
  readonly name: string
  readonly input: In
  readonly outputs: readonly Out[]
  readonly settings: S
  /** One record a key a batch: for decisions that depend on the last decision of the same key. */
  readonly oneRecordPerKey?: boolean
  /** Most records a batch; the default is the runtime's. */
  readonly batchRecordsMax?: number
  /** The only step that may read the outside, once for a batch: one `facts` a record, in order. It never changes the world. */
  readonly gather?: (
    records: readonly Arrived<ValueOf<In>>[],
    world: World,
    settings: SettingsOf<S>,
    signal: AbortSignal,
  ) => Promise<readonly Facts[]>
  /** Pure and synchronous: a Promise does not type-check here. */
  readonly decide: (record: ValueOf<In>, context: Context<S, Facts>) => Outcome<Out>
}

/** Declares a processor; consumer group `<service>.<name>`. */
export const defineProcessor = <
  const In extends Topic,
  const Out extends Topic,
  const S extends Settings,
  Facts = undefined,
  World = undefined,
>(
  processor: Omit<Processor<In, Out, S, Facts, World>, 'kind'>,
): Processor<In, Out, S, Facts, World> => ({ kind: 'processor', ...processor })

/** What a timer's decision may know. Only timers see the clock, as the tick that was scheduled. */
export interface TickContext<S extends Settings, Facts> {
  /** The scheduled tick, a whole multiple of the interval: ids derive from it. */
  readonly tickMs: number
  readonly settings: SettingsOf<S>
  readonly facts: Facts
}

/** Ticks on the one instance that owns partition 0 of `owner`. */
export interface Timer<Out extends Topic, S extends Settings, Facts, World> {
  readonly kind: 'timer'
  readonly service: string
  readonly name: string
  /** The topic whose partition 0 decides who ticks. */
  readonly owner: Topic
  readonly outputs: readonly Out[]
  readonly settings: S
  readonly intervalMs: (settings: SettingsOf<S>) => number
  readonly gather: (
    tickMs: number,
    world: World,
    settings: SettingsOf<S>,
    signal: AbortSignal,
  ) => Promise<Facts>
  readonly decide: (context: TickContext<S, Facts>) => Emit<Out>
}

/** Declares a timer; consumer group `<service>.<name>`. */
export const defineTimer = <
  const Out extends Topic,
  const S extends Settings,
  Facts = undefined,
  World = undefined,
>(
  timer: Omit<Timer<Out, S, Facts, World>, 'kind'>,
): Timer<Out, S, Facts, World> => ({ kind: 'timer', ...timer })
