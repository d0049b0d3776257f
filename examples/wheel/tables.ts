import type { TrafficFigures, VerdictFigures } from './figures.ts'
import type { OutcomeCount } from './outcomes.ts'
import type { WheelReport, WorkloadReport } from './report.ts'
import {
  countOf,
  dollars,
  milliseconds,
  percent,
  points,
  pValueText,
  tableOf,
  wrapped,
} from './words.ts'

/** The records of each stage; `first` goes before the tables' own counts. */
export const stagesTable = (
  first: readonly (readonly [string, string])[],
  { rows }: WheelReport,
): string => {
  const others = Object.entries(rows).filter(([name]) => name !== 'inference_logs')
  const counts = others.map(([name, count]) => [name, String(count)])
  return tableOf(['stage', 'records'], [...first, ...counts])
}

/** What processors do among themselves, by a queue of jobs in a topic. */
const isInternal = ({ reason }: OutcomeCount): boolean =>
  reason === 'not finished' || reason === 'nothing to do'

const said = (outcomes: readonly OutcomeCount[], kind: string): string =>
  outcomes
    .filter((outcome) => outcome.kind === kind)
    .map(({ reason, records }) => (reason === '' ? String(records) : `${reason} ${records}`))
    .join(', ')

/** What became of records in each processor, with the reasons; what sinks stored is in the stages. */
export const reasonsTable = ({ outcomes }: WheelReport): string => {
  const told = outcomes.filter((outcome) => outcome.kind !== 'store' && !isInternal(outcome))
  const byProcessor = Map.groupBy(told, ({ processor }) => processor)
  return tableOf(
    ['processor', 'passed on', 'dropped', 'rejected'],
    [...byProcessor].map(([name, own]) => [
      name,
      said(own, 'emit'),
      said(own, 'drop'),
      said(own, 'reject'),
    ]),
  )
}

/** Dataset versions. */
export const datasetsTable = ({ datasets }: WorkloadReport): string =>
  tableOf(
    ['dataset version', 'cause', 'train', 'validation', 'test', 'answers from'],
    datasets.map(({ datasetVersion, cause, train, validation, test, sources }) => [
      datasetVersion,
      cause,
      String(train),
      String(validation),
      String(test),
      Object.entries(sources)
        .map(([source, count]) => `${source} ${count}`)
        .join(', '),
    ]),
    [2, 3, 4],
  )

const verdictRow = (verdict: VerdictFigures): string[] => [
  `${verdict.kind}${verdict.threshold === null ? '' : ` ≥ ${verdict.threshold.toFixed(3)}`}`,
  `${percent(verdict.accuracy)} of ${verdict.pairs}`,
  `${points(verdict.difference)} [${points(verdict.low)}, ${points(verdict.high)}]`,
  `${percent(verdict.majority)}, ${percent(verdict.nearestNeighbour)}`,
  percent(verdict.coverage),
  dollars(verdict.costPer1000Usd),
  dollars(verdict.championCostPer1000Usd),
  verdict.verdict,
]

/** The gate's verdicts, beside the baselines of the majority class and the nearest neighbour, on held-back calls. */
export const verdictsTable = ({ verdicts }: WorkloadReport): string =>
  tableOf(
    [
      'candidate',
      'right',
      'points to the\nchampion [95%]',
      'majority,\nneighbour',
      'answers\nitself',
      'cost per\n1,000',
      "champion's\ncost",
      'verdict',
    ],
    verdicts.map(verdictRow),
    [1, 3, 4, 5, 6],
  )

/** Each verdict in the gate's own words, and candidates that never came to it. */
export const verdictReasons = ({ verdicts, failedCandidates }: WorkloadReport): string =>
  [
    ...verdicts.flatMap(({ kind, verdict, reason }) => [
      `${kind} ${verdict}:`,
      ...reason.split('; ').map((part) => `  ${wrapped(part, '  ')}`),
    ]),
    ...failedCandidates.map(({ kind, datasetVersion, reason }) =>
      wrapped(`${kind} of ${datasetVersion} not judged: ${reason}`, '  '),
    ),
  ].join('\n')

/** One line of the traffic table. */
export const trafficRow = (
  when: string,
  { answeredBy, calls, p50Ms, p95Ms, costPer1000Usd }: TrafficFigures,
): readonly string[] => [
  when,
  answeredBy,
  String(calls),
  milliseconds(p50Ms),
  milliseconds(p95Ms),
  dollars(costPer1000Usd),
]

/** Calls by who answered, from `trafficRow`s. */
export const trafficTable = (rows: readonly (readonly string[])[]): string =>
  tableOf(
    ['calls', 'answered by', 'count', 'latency p50', 'latency p95', 'cost per 1,000'],
    rows,
    [2, 3, 4, 5],
  )

/** Features that drifted, each with its first finding. */
export const driftTable = ({ drift }: WorkloadReport): string =>
  drift.length === 0
    ? 'nothing drifted'
    : tableOf(
        ['drifted', 'statistic', 'value', 'threshold', 'p', 'records'],
        drift.map(({ feature, statistic, value, threshold, pValue, windowCount }) => [
          feature,
          statistic,
          value.toFixed(3),
          String(threshold),
          pValueText(pValue),
          String(windowCount),
        ]),
        [2, 3, 4, 5],
      )

/** The stage that all others come from. */
export const logsRow = ({ rows, sampled, repeats }: WorkloadReport['stored']): string =>
  `${countOf(rows, 'row')}: ${rows - sampled - repeats} calls, ${countOf(sampled, 'sampled copy', 'sampled copies')}, ${countOf(repeats, 'repeat')}`
