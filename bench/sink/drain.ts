import { setTimeout as sleep } from 'node:timers/promises'
import type { Ask } from './clickhouse.ts'
import { cpuUsOf } from './cpu.ts'

/** The processes whose CPU time is told apart; `sink` is absent where ClickHouse reads Kafka itself. */
export interface Roots {
  readonly sink: number | undefined
  readonly clickhouse: number | undefined
  readonly kafka: number | undefined
}

/** CPU time in µs by process. */
export type Cpu = Readonly<Record<keyof Roots, number>>

/** The table's rows at one moment, and the CPU time used until then. */
export interface Sample {
  readonly atMs: number
  readonly rows: number
  readonly cpuUs: Cpu
}

/** What a drain took. */
export interface Drain {
  /** From its start to the last row that can be read, the process's start included. */
  readonly wallSeconds: number
  readonly recordsPerSecond: number
  /** A record's CPU time in µs, from the moment when the first twentieth was stored: starting and compiling are not in it. */
  readonly cpuUsPerRecord: Cpu
  /** CPU time in seconds of all, its start included. */
  readonly wholeCpuSeconds: Cpu
}

const pollMs = 200
const stuckMs = 120_000
const warmShare = 0.05

const perRecord = (from: Sample, to: Sample): Cpu => {
  const records = Math.max(1, to.rows - from.rows)
  const of = (name: keyof Roots) => (to.cpuUs[name] - from.cpuUs[name]) / records
  return { sink: of('sink'), clickhouse: of('clickhouse'), kafka: of('kafka') }
}

const secondsOf = ({ sink, clickhouse, kafka }: Cpu): Cpu => ({
  sink: sink / 1e6,
  clickhouse: clickhouse / 1e6,
  kafka: kafka / 1e6,
})

/** What the samples of a drain say: the first one is its start, the last one its end. */
export const figuresOf = (samples: readonly Sample[], records: number): Drain => {
  const [first] = samples
  const last = samples.at(-1)
  const warm = samples.find(({ rows }) => rows >= records * warmShare)
  if (first === undefined || last === undefined || warm === undefined)
    throw new Error('a drain without a sample')
  const from = warm === last ? first : warm
  const wallSeconds = (last.atMs - first.atMs) / 1000
  const whole = perRecord({ ...first, rows: last.rows - 1 }, last)
  return {
    wallSeconds,
    recordsPerSecond: (last.rows - first.rows) / wallSeconds,
    cpuUsPerRecord: perRecord(from, last),
    wholeCpuSeconds: secondsOf(whole),
  }
}

const sampleOf = async (ask: Ask, table: string, roots: () => Roots): Promise<Sample> => {
  const rows = Number(await ask(`SELECT count() FROM ${table}`))
  return { atMs: performance.now(), rows, cpuUs: cpuUsOf(roots()) }
}

/**
 * Starts something that fills a table, and watches until it holds all records.
 * @throws Error when there are more rows than records, or none come any more
 */
export const watchDrain = async (
  { ask, table, records }: { ask: Ask; table: string; records: number },
  roots: () => Roots,
  start: () => Promise<void>,
): Promise<Drain> => {
  const samples = [await sampleOf(ask, table, roots)]
  await start()
  let movedMs = performance.now()
  for (;;) {
    await sleep(pollMs)
    const sample = await sampleOf(ask, table, roots)
    if (sample.rows > records) throw new Error(`${sample.rows} rows of ${records} records`)
    if (sample.rows > (samples.at(-1)?.rows ?? 0)) movedMs = sample.atMs
    samples.push(sample)
    if (sample.rows === records) return figuresOf(samples, records)
    if (sample.atMs - movedMs > stuckMs) throw new Error(`${table} stays at ${sample.rows} rows`)
  }
}
