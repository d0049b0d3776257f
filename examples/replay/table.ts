import type { OutcomeCount } from '../wheel/outcomes.ts'
import {
  datasetsTable,
  logsRow,
  reasonsTable,
  stagesTable,
  verdictReasons,
  verdictsTable,
} from '../wheel/tables.ts'
import { countOf, tableOf, wrapped } from '../wheel/words.ts'
import type { ReplayedWorkload, ReplayReport } from './report.ts'

/** Malformed lines: how many, why, and where the first ones are. */
const malformedText = ({ malformed, malformedBy, faults }: ReplayReport): readonly string[] => {
  if (malformed === 0) return []
  const reasons = Object.entries(malformedBy).map(([reason, count]) => [reason, String(count)])
  const places = faults.map(({ line, reason }) => wrapped(`  line ${line} ${reason}`, '    '))
  const more = malformed - faults.length
  return [
    `${countOf(malformed, 'malformed line')}, left out`,
    tableOf(['reason', 'lines'], reasons, [1]),
    ...places,
    ...(more > 0 ? [`  and ${more} more`] : []),
    '',
  ]
}

const trainerReasons = (outcomes: readonly OutcomeCount[]): string =>
  outcomes
    .filter(({ processor, kind }) => processor === 'trainer.submit-student' && kind === 'drop')
    .map(({ reason }) => reason)
    .join(', ')

/** Why a workload has no dataset, no student or no champion, in the services' own reasons; empty where it has. */
export const missingText = (
  workload: ReplayedWorkload,
  { examplesMin, outcomes }: Pick<ReplayReport, 'examplesMin' | 'outcomes'>,
): string => {
  const { examples, datasets, verdicts, failedCandidates, promotions } = workload
  if (datasets.length === 0)
    return examples < examplesMin
      ? `No dataset: ${countOf(examples, 'curated example')}, ${examplesMin} needed (--examples-min).`
      : `No dataset: of ${examples} curated examples fewer than the ${examplesMin} needed are eligible (answered by the production model or a person, not flagged, each request once).`
  if (verdicts.length === 0 && failedCandidates.length === 0)
    return `No student: the trainer dropped the dataset (${trainerReasons(outcomes)}). The built-in student learns choices only: answers that are one tool call or one short line, at least two different ones.`
  return promotions === 0 ? 'No champion: the production model goes on answering.' : ''
}

const workloadText = (workload: ReplayedWorkload, report: ReplayReport): readonly string[] => {
  const missing = missingText(workload, report)
  const judged = workload.verdicts.length > 0
  const reasons = verdictReasons(workload)
  return [
    wrapped(
      `Workload ${workload.workload}: ${countOf(workload.calls, 'call')}, ${countOf(workload.examples, 'curated example')}`,
    ),
    ...(workload.datasets.length > 0 ? [datasetsTable(workload)] : []),
    ...(judged ? [verdictsTable(workload)] : []),
    ...(reasons === '' ? [] : [reasons]),
    ...(missing === '' ? [] : [wrapped(missing)]),
    '',
  ]
}

const logsOf = ({ workloads }: ReplayReport): readonly (readonly [string, string])[] =>
  workloads.map(({ workload, stored }) => [`logs of ${workload}`, logsRow(stored)])

/** The end of a replay as a person reads it. */
export const replayText = (report: ReplayReport): string =>
  [
    '',
    wrapped(
      `${report.file}: ${countOf(report.lines, 'line')}, ${countOf(report.published, 'call')} published under ${countOf(report.differentIds, 'id')}`,
    ),
    '',
    ...malformedText(report),
    'Records',
    stagesTable(
      [['lost, doubled', `${report.lost}, ${report.doubled}`], ...logsOf(report)],
      report,
    ),
    'What became of them, by reason, as each process counted (a batch that was tried again counts twice)',
    reasonsTable(report),
    '',
    ...report.workloads.flatMap((workload) => workloadText(workload, report)),
    ...(report.otherWorkloads > 0
      ? [`${countOf(report.otherWorkloads, 'smaller workload')} not shown.`]
      : []),
    wrapped(
      `Cost is counted tokens, and a student's computing time, at the prices of infra/prices.yaml, where ${report.productionModel} is the production model (--production-model).`,
    ),
    '',
    `${report.promotions} promoted, ${report.refusals} refused; ${report.lost} lost, ${report.doubled} doubled; in ${report.seconds.toFixed(0)} s.`,
  ].join('\n')
