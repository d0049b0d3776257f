import {
  datasetsTable,
  driftTable,
  logsRow,
  reasonsTable,
  stagesTable,
  trafficRow,
  trafficTable,
  verdictReasons,
  verdictsTable,
} from '../wheel/tables.ts'
import { countOf, percent, wrapped } from '../wheel/words.ts'
import type { Report } from './report.ts'
import { labelledShare, upstreamDelayMs } from './run.ts'

const stages = (report: Report): string =>
  stagesTable(
    [
      ['published or sent', String(report.published)],
      ['lost, doubled', `${report.lost}, ${report.doubled}`],
      ['inference_logs', logsRow(report.stored)],
    ],
    report,
  )

const simulatedOf = ({ answeredBy }: Report['traffic']['lastMails'][number]): string =>
  answeredBy === 'production' ? 'production (simulated)' : answeredBy

const traffic = ({ traffic: { secondCollection, lastMails } }: Report): string => {
  const rowOf = (when: string) => (one: (typeof lastMails)[number]) =>
    trafficRow(when, { ...one, answeredBy: simulatedOf(one) })
  return trafficTable([
    ...secondCollection.map(rowOf('second collection')),
    ...lastMails.map(rowOf('of these the last')),
  ])
}

const drift = (report: Report): string => {
  const triggers = countOf(report['retrain-triggers'], 'retrain trigger')
  const alerts = countOf(report.alerts, 'alert')
  return `Drift: ${triggers}, ${alerts} at the webhook\n${driftTable(report)}`
}

const ending = ({ promotions, refusals, seconds, lost, doubled }: Report): string =>
  `${promotions} promoted, ${refusals} refused; ${lost} lost, ${doubled} doubled; in ${seconds.toFixed(0)} s.`

/** The end of the demo as a person reads it. */
export const reportText = (report: Report): string =>
  [
    '',
    wrapped(`Workload ${report.workload}. Simulated: ${report.simulated.join('; ')}.`),
    wrapped(
      `The stand-in for the production model answers after ${upstreamDelayMs} ms: its latency says nothing of a real one. A person labels ${percent(labelledShare)} of the second collection.`,
    ),
    '',
    'Records',
    stages(report),
    'What became of them, by reason, as each process counted (a batch that was tried again counts twice)',
    reasonsTable(report),
    '',
    'Datasets',
    datasetsTable(report),
    '',
    'Verdicts of the gate, on calls that were held back from training',
    verdictsTable(report),
    verdictReasons(report),
    '',
    drift(report),
    '',
    'Traffic through the gateway',
    traffic(report),
    wrapped(
      `Cost is counted tokens, and a student's computing time, at the prices of ${report.prices}. Latency is to the whole answer, without the wait for its log.`,
    ),
    '',
    ending(report),
  ].join('\n')
