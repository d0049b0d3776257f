import { loadavg } from 'node:os'
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
  readonly load: number
}

/** What a drain took. */
export interface Drain {
  /** From its start to the last row that can be read, the process's start included. */
  readonly wallSeconds: number
  readonly recordsPerSecond: number
  /** A record's CPU time in µs, less what the process takes to start; compiling its code is in it. */
  readonly cpuUsPerRecord: Cpu
  /** CPU time in seconds that the process takes to start and to join its group, with nothing to drain. */
  readonly startCpuSeconds: number
  /** Processes that wanted a core, by the system's mean of a minute: with more than cores, all figures are worse than alone. */
  readonly load: number
}

const pollMs = 200
const stuckMs = 120_000

/** What a drain took, by its first and its last moment. */
export const figuresOf = (first: Sample, last: Sample, startCpuUs: number): Drain => {
  const wallSeconds = (last.atMs - first.atMs) / 1000
  const records = last.rows - first.rows
  const of = (name: keyof Roots, less = 0) =>
    (last.cpuUs[name] - first.cpuUs[name] - less) / records
  return {
    wallSeconds,
    recordsPerSecond: records / wallSeconds,
    cpuUsPerRecord: {
      sink: of('sink', startCpuUs),
      clickhouse: of('clickhouse'),
      kafka: of('kafka'),
    },
    startCpuSeconds: startCpuUs / 1e6,
    load: last.load,
  }
}

const sampleOf = async (ask: Ask, table: string, roots: () => Roots): Promise<Sample> => {
  const rows = Number(await ask(`SELECT count() FROM ${table}`))
  return { atMs: performance.now(), rows, cpuUs: cpuUsOf(roots()), load: loadavg()[0] ?? 0 }
}

/** What to watch, and until when. */
export interface DrainRun {
  readonly ask: Ask
  readonly table: string
  readonly records: number
  /** What starting alone costs the process. */
  readonly startCpuUs: number
}

/**
 * Starts something that fills a table, and watches until it holds all records.
 * @throws Error when there are more rows than records, or none come any more
 */
export const watchDrain = async (
  { ask, table, records, startCpuUs }: DrainRun,
  roots: () => Roots,
  start: () => Promise<void>,
): Promise<Drain> => {
  const first = await sampleOf(ask, table, roots)
  let moved = first
  await start()
  for (;;) {
    await sleep(pollMs)
    const sample = await sampleOf(ask, table, roots)
    if (sample.rows > records) throw new Error(`${sample.rows} rows of ${records} records`)
    if (sample.rows > moved.rows) moved = sample
    if (sample.rows === records) return figuresOf(first, sample, startCpuUs)
    if (sample.atMs - moved.atMs > stuckMs) throw new Error(`${table} stays at ${sample.rows} rows`)
  }
}
