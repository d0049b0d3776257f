/** What became of the records of one processor, as its process counted since its start. */
export interface OutcomeCount {
  readonly processor: string
  readonly kind: string
  readonly reason: string
  readonly records: number
}

const line = /^flywheel_outcomes_total\{([^}]*)\} (\S+)$/
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g

/** Reads outcomes from Prometheus' text format. */
export const readOutcomes = (metrics: string): readonly OutcomeCount[] =>
  metrics.split('\n').flatMap((text) => {
    const [, labels, records] = line.exec(text) ?? []
    if (labels === undefined) return []
    const by = Object.fromEntries(
      [...labels.matchAll(label)].map(([, name, value]) => [name, value]),
    )
    const { service = '', processor = '', kind = '', reason = '' } = by
    return [{ processor: `${service}.${processor}`, kind, reason, records: Number(records) }]
  })
