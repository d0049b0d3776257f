import type { Notify } from '#kit'
import type { Finding, RetrainTrigger } from '#schemas'

const movedWords = ({ feature, statistic, value, threshold }: Finding): string =>
  `${feature}: ${statistic} ${value.toFixed(3)} (threshold ${threshold})`

/** The webhook's message for on-call: what moved, how much, since when, what was triggered, and the SQL that shows it. */
export const alertOf = (
  trigger: RetrainTrigger,
  drifted: readonly Finding[],
  url: string,
): Notify => ({
  kind: 'notify',
  id: trigger.triggerId,
  url,
  body: {
    title: `Drift in ${trigger.workload}: ${drifted.map(({ feature }) => feature).join(', ')}`,
    severity: trigger.urgency === 'high' ? 'critical' : 'warning',
    workload: trigger.workload,
    champion: trigger.championId,
    moved: drifted.map(movedWords),
    since: new globalThis.Date(trigger.windowFromMs).toISOString(),
    triggered: trigger.triggerId,
    queries: drifted.map(({ query }) => query),
  },
})
