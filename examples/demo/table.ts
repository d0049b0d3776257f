import Table from 'cli-table3'
import type { TrafficFigures, VerdictFigures } from '../wheel/figures.ts'
import type { Report } from './report.ts'
import { labelledShare, upstreamDelayMs } from './run.ts'

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`
const points = (share: number): string => (share * 100).toFixed(2)
const dollars = (costUsd: number | null): string =>
  costUsd === null ? '–' : `$${costUsd.toFixed(4)}`
const milliseconds = (ms: number | null): string => (ms === null ? '–' : `${ms.toFixed(1)} ms`)

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const table = new Table({ head: [...head], style: { head: [], border: [] }, wordWrap: true })
  table.push(...rows.map((row) => [...row]))
  return table.toString()
}

const stages = ({ rows, stored, published, lost, doubled }: Report): string =>
  tableOf(
    ['stage', 'records'],
    [
      ['published or sent', String(published)],
      [
        'inference_logs',
        `${stored.rows} rows, ${stored.repeats} repeats; lost ${lost}, doubled ${doubled}`,
      ],
      ...Object.entries(rows)
        .filter(([name]) => name !== 'inference_logs')
        .map(([name, count]) => [name, String(count)]),
    ],
  )

const reasons = ({ outcomes }: Report): string =>
  tableOf(
    ['processor', 'outcome', 'reason', 'records'],
    outcomes.map(({ processor, kind, reason, records }) => [
      processor,
      kind,
      reason,
      String(records),
    ]),
  )

const datasets = (report: Report): string =>
  tableOf(
    ['dataset version', 'cause', 'train', 'validation', 'test', 'answers from'],
    report.datasets.map(({ datasetVersion, cause, train, validation, test, sources }) => [
      datasetVersion,
      cause,
      String(train),
      String(validation),
      String(test),
      Object.entries(sources)
        .map(([source, count]) => `${source} ${count}`)
        .join(', '),
    ]),
  )

const verdictRow = (verdict: VerdictFigures): string[] => [
  `${verdict.kind}${verdict.threshold === null ? '' : ` ≥ ${verdict.threshold.toFixed(3)}`}`,
  `${percent(verdict.accuracy)} of ${verdict.pairs}`,
  `${points(verdict.difference)} [${points(verdict.low)}, ${points(verdict.high)}]`,
  percent(verdict.majority),
  percent(verdict.nearestNeighbour),
  percent(verdict.coverage),
  `${dollars(verdict.costPer1000Usd)} / ${dollars(verdict.championCostPer1000Usd)}`,
  verdict.verdict,
]

const verdicts = (report: Report): string =>
  tableOf(
    [
      'candidate',
      'right',
      'points to champion [95%]',
      'majority',
      'nearest',
      'answers itself',
      'cost per 1,000: candidate / champion',
      'verdict',
    ],
    report.verdicts.map(verdictRow),
  )

const trafficRow = (
  when: string,
  { answeredBy, calls, p50Ms, p95Ms, costPer1000Usd }: TrafficFigures,
) => [
  when,
  answeredBy === 'production' ? 'production (simulated)' : answeredBy,
  String(calls),
  milliseconds(p50Ms),
  milliseconds(p95Ms),
  dollars(costPer1000Usd),
]

const traffic = ({ traffic: { secondCollection, lastMails } }: Report): string =>
  tableOf(
    ['calls', 'answered by', 'count', 'latency p50', 'p95', 'cost per 1,000'],
    [
      ...secondCollection.map((one) => trafficRow('second collection', one)),
      ...lastMails.map((one) => trafficRow('of these the last', one)),
    ],
  )

const drift = (report: Report): string =>
  tableOf(
    ['drifted', 'statistic', 'value', 'threshold', 'p', 'records'],
    report.drift.map(({ feature, statistic, value, threshold, pValue, windowCount }) => [
      feature,
      statistic,
      value.toFixed(3),
      String(threshold),
      pValue === null ? '–' : pValue.toExponential(1),
      String(windowCount),
    ]),
  )

/** The end of the demo as a person reads it. */
export const reportText = (report: Report): string =>
  [
    `Workload ${report.workload}. Simulated: ${report.simulated.join('; ')}.`,
    `The stand-in for the production model answers after ${upstreamDelayMs} ms; its latency says nothing of a real one. A person labels ${percent(labelledShare)} of the second collection.`,
    '',
    'Records',
    stages(report),
    reasons(report),
    'Datasets',
    datasets(report),
    'Verdicts of the gate',
    verdicts(report),
    ...report.verdicts.map(({ kind, verdict, reason }) => `${kind} ${verdict}: ${reason}`),
    '',
    `Drift: ${report['retrain-triggers']} retrain trigger, ${report.alerts} alert at the webhook`,
    drift(report),
    'Traffic through the gateway',
    traffic(report),
    `Cost is counted tokens at the prices of ${report.prices}. ${report.promotions} promoted, ${report.refusals} refused, in ${report.seconds.toFixed(0)} s.`,
  ].join('\n')
