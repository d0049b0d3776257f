import type { Counter, Metrics } from './metrics.ts'

const batchBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
const secondBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300]

/** What a consumer of records measures. */
export interface ProcessorMeters {
  batch(records: number, seconds: number): void
  /** Counts one record, or several with the same end. */
  outcome(kind: string, reason: string, records?: number): void
  deadLetter(reason: string): void
  retried(): void
  paused(on: boolean): void
}

/** Counts what became of records, by service, processor, kind and reason. */
export const outcomeCounter = (metrics: Metrics): Counter =>
  metrics.counter('flywheel_outcomes_total', {
    help: 'Records by what became of them.',
    labels: ['service', 'processor', 'kind', 'reason'],
  })

/** Measurements of one processor or sink; `service` and `processor` label them all. */
export const processorMeters = (
  metrics: Metrics,
  service: string,
  processor: string,
): ProcessorMeters => {
  const who = { service, processor }
  const labels = ['service', 'processor']
  const records = metrics.histogram('flywheel_batch_records', {
    help: 'Records a batch.',
    labels,
    buckets: batchBuckets,
  })
  const seconds = metrics.histogram('flywheel_batch_seconds', {
    help: 'Seconds from a batch to its decisions, waiting for neighbours included.',
    labels,
    buckets: secondBuckets,
  })
  const outcomes = outcomeCounter(metrics)
  const letters = metrics.counter('flywheel_dead_letters_total', {
    help: 'Records sent to dead letters, by reason.',
    labels: [...labels, 'reason'],
  })
  const retries = metrics.counter('flywheel_retries_total', {
    help: 'Tries again after a neighbour failed.',
    labels,
  })
  const paused = metrics.gauge('flywheel_paused', {
    help: '1 while waiting for a neighbour.',
    labels,
  })
  paused.set(who, 0)
  return {
    batch: (count, elapsed) => {
      records.observe(who, count)
      seconds.observe(who, elapsed)
    },
    outcome: (kind, reason, count = 1) => outcomes.add({ ...who, kind, reason }, count),
    deadLetter: (reason) => letters.add({ ...who, reason }),
    retried: () => retries.add(who),
    paused: (on) => paused.set(who, on ? 1 : 0),
  }
}

/** Lag by partition, read from a consumption when someone scrapes; returns a function that ends it. */
export const measureLag = (
  metrics: Metrics,
  service: string,
  processor: string,
  lag: () => Readonly<Record<string, bigint>>,
): (() => void) =>
  metrics.observed(
    'flywheel_lag_records',
    {
      help: 'Records behind, by partition.',
      labels: ['service', 'processor', 'topic', 'partition'],
    },
    () =>
      Object.entries(lag()).map(([where, records]) => {
        const cut = where.lastIndexOf('/')
        const topic = where.slice(0, cut)
        const partition = where.slice(cut + 1)
        return { labels: { service, processor, topic, partition }, value: Number(records) }
      }),
  )
