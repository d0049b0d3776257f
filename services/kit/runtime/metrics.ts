/** Names of label values; small fixed sets only. */
export type Labels = Readonly<Record<string, string>>

/** Goes up. */
export interface Counter {
  add(labels: Labels, amount?: number): void
}

/** Goes up and down. */
export interface Gauge {
  set(labels: Labels, value: number): void
}

/** Spreads over buckets; seconds for times. */
export interface Histogram {
  observe(labels: Labels, value: number): void
}

/** What to measure and how it is told apart. */
export interface MetricOptions {
  readonly help: string
  readonly labels: readonly string[]
}

/** Measurements of one process. Asking twice for a name gives the same measurement. */
export interface Metrics {
  counter(name: string, options: MetricOptions): Counter
  gauge(name: string, options: MetricOptions): Gauge
  /** A gauge that is asked when someone scrapes: no timer of its own. Returns a function that ends it. */
  observed(
    name: string,
    options: MetricOptions,
    read: () => Iterable<{ readonly labels: Labels; readonly value: number }>,
  ): () => void
  histogram(
    name: string,
    options: MetricOptions & { readonly buckets: readonly number[] },
  ): Histogram
  /** Everything in Prometheus' text format. */
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>
}
