import { setTimeout as sleep } from 'node:timers/promises'
import type { Ask } from './clickhouse.ts'
import type { Publisher } from './publish.ts'

/** Records of one request, waiting to be seen in the table. */
interface Sent {
  readonly high: number
  /** When each record should have been published, ms. */
  readonly dueMs: readonly number[]
}

/** How long records took from the moment when they should have been published to the first answer that held their rows. */
export interface Latency {
  readonly rate: number
  /** Of those that were published, how many could be queried in the end. */
  readonly records: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Median time between two looks at the table: no latency is known more exactly. */
  readonly resolutionMs: number
  /** What was published a second indeed. */
  readonly publishedPerSecond: number
}

/** The smallest value that a share of all don't exceed (nearest rank). */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN

const tickMs = 10
const pollMs = 5
const graceMs = 60_000

/** Moves what the table now holds from `waiting` to `latencies`. */
export const settle = (
  waiting: Sent[],
  visible: number,
  nowMs: number,
  latencies: number[],
): void => {
  while (waiting[0] !== undefined && waiting[0].high <= visible) {
    for (const dueMs of waiting.shift()?.dueMs ?? []) latencies.push(nowMs - dueMs)
  }
}

const visibleOf = async (ask: Ask, table: string): Promise<Map<number, number>> => {
  const rows = await ask(
    `SELECT kafka_partition, max(kafka_offset) FROM ${table} GROUP BY kafka_partition`,
  )
  const pairs = rows === '' ? [] : rows.split('\n').map((row) => row.split('\t').map(Number))
  return new Map(pairs.map(([partition = 0, offset = 0]) => [partition, offset]))
}

/** kafkajs is quadratic in the messages of one send. */
const recordsASend = 400

/** Publishes records when they are due, every 10 ms, whether earlier ones are acknowledged or not. */
const publishAtRate = async (
  { publisher, partitions, rate, seconds }: LatencyRun,
  waiting: readonly Sent[][],
  signal: AbortSignal,
): Promise<number> => {
  const startMs = performance.now()
  const total = rate * seconds
  const lanes: Promise<void>[] = Array.from({ length: partitions }, async () => {})
  let next = 0
  const send = async (partition: number, from: number, count: number): Promise<void> => {
    if (signal.aborted) return
    const dueMs = Array.from({ length: count }, (_, i) => startMs + ((from + i) * 1000) / rate)
    const first = await publisher.send(partition, `rate${rate}`, from, count)
    waiting[partition]?.push({ high: first + count - 1, dueMs })
  }
  for (let turn = 0; next < total && !signal.aborted; ) {
    const due = Math.min(total, Math.floor(((performance.now() - startMs) / 1000) * rate))
    while (next < due) {
      const [from, partition] = [next, turn++ % partitions]
      next = Math.min(due, from + recordsASend)
      const count = next - from
      lanes[partition] = (lanes[partition] ?? Promise.resolve()).then(() =>
        send(partition, from, count),
      )
    }
    await sleep(tickMs)
  }
  await Promise.all(lanes)
  return total / ((performance.now() - startMs) / 1000)
}

/** What to publish and where to look for it. */
export interface LatencyRun {
  readonly ask: Ask
  readonly table: string
  readonly publisher: Publisher
  readonly partitions: number
  readonly rate: number
  readonly seconds: number
}

/** Looks at the table until it holds all records, or it is too late; returns when the looks were. */
const watch = async (
  { ask, table, rate, seconds }: LatencyRun,
  waiting: Sent[][],
  latencies: number[],
): Promise<readonly number[]> => {
  const looksMs: number[] = []
  const deadlineMs = performance.now() + seconds * 1000 + graceMs
  while (latencies.length < rate * seconds && performance.now() < deadlineMs) {
    const visible = await visibleOf(ask, table)
    const nowMs = performance.now()
    looksMs.push(nowMs)
    for (const [partition, offset] of visible)
      settle(waiting[partition] ?? [], offset, nowMs, latencies)
    await sleep(pollMs)
  }
  return looksMs
}

/**
 * Measures publish-to-queryable with an open loop: a record's time runs from when it was due by the rate, so that a stall
 * counts for every record that it held up. Records that are not seen a minute after the last was due count as never seen.
 */
export const measureLatency = async (run: LatencyRun): Promise<Latency> => {
  const { partitions, rate, seconds } = run
  const waiting: Sent[][] = Array.from({ length: partitions }, () => [])
  const latencies: number[] = []
  const late = new AbortController()
  const publishing = publishAtRate(run, waiting, late.signal)
  publishing.catch(() => {})
  const looksMs = await watch(run, waiting, latencies)
  late.abort()
  const publishedPerSecond = await publishing
  const seen = latencies.length
  while (latencies.length < rate * seconds) latencies.push(Number.POSITIVE_INFINITY)
  latencies.sort((a, b) => a - b)
  const gaps = looksMs.slice(1).map((atMs, index) => atMs - (looksMs[index] ?? atMs))
  return {
    rate,
    records: seen,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    maxMs: quantile(latencies, 1),
    resolutionMs: quantile(
      gaps.sort((a, b) => a - b),
      0.5,
    ),
    publishedPerSecond,
  }
}
