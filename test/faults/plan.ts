import { digest } from '#kit'
import { type Random, seededRandom } from '../../services/kit/statistics/random.ts'
import type { Point } from './moments.ts'

/** Every kind of fault that the suite injects into the real stack. */
export const faultNames = [
  'sink killed',
  'curator killed',
  'detector killed',
  'gateway killed',
  'zombie sink',
  'zombie curator',
  'clickhouse killed',
  'clickhouse hung',
  'clickhouse answers lost',
  'clickhouse refuses',
  'broker killed',
  'broker answers lost',
  'broker away',
  'registry away',
  'disk full',
  'rebalance',
  'poison',
  'retention',
  'topic recreated',
] as const

/** One of `faultNames`. */
export type FaultName = (typeof faultNames)[number]

/** When, how long and how often a fault strikes; each kind reads what it needs. */
export interface PlannedFault {
  readonly name: FaultName
  /** It strikes when this was reached so many times. */
  readonly point: Point
  readonly count: number
  /** And so much later. */
  readonly afterMs: number
  readonly lastsMs: number
  readonly times: number
  /** Uniform in [0, 1): what else the kind has to choose. */
  readonly choice: number
}

/** All that one schedule does; its seed decides it wholly. */
export interface Plan {
  readonly seed: number
  /** Records for inference-logs. */
  readonly records: number
  /** The first so many partitions of the topic get them. */
  readonly partitions: number
  /** Records a publish, and the pause after it. */
  readonly together: number
  readonly pauseMs: number
  /** Items of feedback, sent through the gateway. */
  readonly feedback: number
  /** Posts of logs through the gateway, up to five records each. */
  readonly posts: number
  readonly faults: readonly PlannedFault[]
}

/** Cheap and telling faults come more often. A seed's first fault is its place in this deck. */
const deck: readonly FaultName[] = [
  ...faultNames,
  'sink killed',
  'clickhouse answers lost',
  'curator killed',
  'sink killed',
  'broker answers lost',
]

/** A second fault meets the first: only kinds that don't cost minutes. */
const companions: readonly FaultName[] = [
  'sink killed',
  'curator killed',
  'clickhouse answers lost',
  'clickhouse refuses',
  'broker answers lost',
  'rebalance',
]

/** Before, during and after a write, and between a write and its commit. */
const sinkPoints: readonly Point[] = [
  'records acknowledged',
  'commit asked',
  'commit answered',
  'insert asked',
  'insert sent',
  'insert answered',
]
const curatorPoints: readonly Point[] = [
  'records acknowledged',
  'outputs asked',
  'outputs answered',
  'transaction end asked',
  'transaction end answered',
]
const anyPoints: readonly Point[] = [...new Set([...sinkPoints, ...curatorPoints])]

const pointsOf = (name: FaultName): readonly Point[] => {
  if (name.includes('sink') || name.includes('clickhouse')) return sinkPoints
  if (name.includes('curator') || name.includes('detector')) return curatorPoints
  return name.includes('gateway') ? ['records acknowledged'] : anyPoints
}

const between = (random: Random, least: number, most: number): number =>
  least + random.below(most - least + 1)

const pick = <T>(random: Random, items: readonly [T, ...T[]] | readonly T[]): T => {
  const item = items[random.below(items.length)]
  if (item === undefined) throw new RangeError('nothing to choose from')
  return item
}

const planFault = (name: FaultName, records: number, random: Random): PlannedFault => {
  const point = pick(random, pointsOf(name))
  const count =
    point === 'records acknowledged' ? between(random, 1, records) : between(random, 1, 6)
  return {
    name,
    point,
    count,
    afterMs: random.below(2) === 0 ? 0 : between(random, 1, 60),
    lastsMs: between(random, 50, 2000),
    times: between(random, 1, 4),
    choice: random.unit(),
  }
}

/** The deck's order, so that seeds in a row cover every kind. */
export const firstFaultOf = (seed: number): FaultName => {
  const name = deck[((seed % deck.length) + deck.length) % deck.length]
  if (name === undefined) throw new RangeError(`a seed is an integer, not ${seed}`)
  return name
}

/** The schedule of a seed. Throws `RangeError` for a seed that is no integer. */
export const planOf = (seed: number): Plan => {
  // Seeds in a row would begin alike.
  const random = seededRandom(
    Number.parseInt(digest('fault schedule', String(seed)).slice(0, 7), 16),
  )
  const records = between(random, 40, 400)
  const first = planFault(firstFaultOf(seed), records, random)
  const hasSecond = random.below(3) === 0
  const second = planFault(pick(random, companions), records, random)
  return {
    seed,
    records,
    partitions: pick(random, [1, 2, 4]),
    together: between(random, 5, 40),
    pauseMs: random.below(3) === 0 ? 0 : between(random, 1, 40),
    feedback: between(random, 5, 20),
    posts: between(random, 2, 10),
    faults: hasSecond ? [first, second] : [first],
  }
}

/** The first seed at or after `from` of every kind of fault. */
export const coveringSeeds = (from: number): readonly number[] => {
  const found = new Map<FaultName, number>()
  for (let seed = from; found.size < faultNames.length; seed++) {
    const name = firstFaultOf(seed)
    if (!found.has(name)) found.set(name, seed)
  }
  return [...found.values()]
}
