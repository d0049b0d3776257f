import { tableOf } from '../../examples/wheel/words.ts'
import type { Outcome } from './run-schedule.ts'

/** Counts of one kind of fault, or of all. */
export interface Counts {
  readonly schedules: number
  readonly records: number
  readonly acknowledged: number
  readonly lost: number
  readonly doubled: number
  readonly failed: number
}

const countsOf = (outcomes: readonly Outcome[]): Counts => {
  const sum = (of: (outcome: Outcome) => number) =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0)
  return {
    schedules: outcomes.length,
    records: sum(({ records }) => records),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    failed: outcomes.filter(({ wrong }) => wrong.length > 0).length,
  }
}

/** What the real half found, in all and by fault; a schedule with two faults counts under both. */
export const realReport = (outcomes: readonly Outcome[]) => {
  const faults = outcomes.flatMap((outcome) =>
    [...new Set(outcome.faults.map((fault) => fault.replace(/ at .*/, '')))].map(
      (name) => [name, outcome] as const,
    ),
  )
  const byFault = Map.groupBy(faults, ([name]) => name)
  return {
    all: countsOf(outcomes),
    byFault: Object.fromEntries(
      [...byFault].sort().map(([name, own]) => [name, countsOf(own.map(([, outcome]) => outcome))]),
    ),
  }
}

/** The report of the real half. */
export type RealReport = ReturnType<typeof realReport>

const rowOf = (name: string, counts: Counts): readonly string[] => [
  name,
  ...[counts.schedules, counts.records, counts.acknowledged, counts.lost, counts.doubled].map(
    String,
  ),
]

/** The real half as a table. */
export const realTable = ({ all, byFault }: RealReport): string =>
  tableOf(
    ['fault on the real stack', 'schedules', 'records', 'acknowledged', 'lost', 'doubled'],
    [...Object.entries(byFault).map(([name, own]) => rowOf(name, own)), rowOf('all', all)],
    [1, 2, 3, 4, 5],
  )
