import client from 'prom-client'
import type { MetricOptions, Metrics } from '../../runtime/metrics.ts'

/** The event loop is sampled this often; prom-client's own 10 ms would wake an idle process 100 times a second. */
const loopSampleMs = 500

interface Observed {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const observedGauge = (registry: client.Registry, name: string, options: MetricOptions) => {
  const readers = new Set<() => Iterable<Observed>>()
  new client.Gauge({
    name,
    help: options.help,
    labelNames: [...options.labels],
    registers: [registry],
    collect() {
      this.reset()
      for (const read of readers) for (const { labels, value } of read()) this.set(labels, value)
    },
  })
  return readers
}

/** Measurements in Prometheus' form, with the process's own (CPU, memory, event loop) where asked for. */
export const promMetrics = ({ process }: { readonly process: boolean }): Metrics => {
  const registry = new client.Registry()
  const made = new Map<string, unknown>()
  const once = <Made>(name: string, make: () => Made): Made => {
    if (!made.has(name)) made.set(name, make())
    // A name is only ever made by one kind of maker.
    return made.get(name) as Made
  }
  const base = (name: string, { help, labels }: MetricOptions) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  })
  if (process)
    client.collectDefaultMetrics({
      register: registry,
      eventLoopMonitoringPrecision: loopSampleMs,
    })
  return {
    counter: (name, options) => {
      const counter = once(name, () => new client.Counter(base(name, options)))
      return { add: (labels, amount = 1) => counter.inc(labels, amount) }
    },
    gauge: (name, options) => {
      const gauge = once(name, () => new client.Gauge(base(name, options)))
      return { set: (labels, value) => gauge.set(labels, value) }
    },
    observed: (name, options, read) => {
      const readers = once(name, () => observedGauge(registry, name, options))
      readers.add(read)
      return () => readers.delete(read)
    },
    histogram: (name, options) => {
      const buckets = [...options.buckets]
      const histogram = once(name, () => new client.Histogram({ ...base(name, options), buckets }))
      return { observe: (labels, value) => histogram.observe(labels, value) }
    },
    scrape: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  }
}
