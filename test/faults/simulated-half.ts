import { tableOf } from '../../examples/wheel/words.ts'
import type { Ledger } from './ledger.ts'
import { runSimulated, type SimulatedReport } from './simulated/run-simulated.ts'

/** So many schedules are one line of the ledger. */
const slice = 5000

/** What the simulated half was asked. */
export interface SimulatedHalf {
  readonly seed: number
  readonly schedules: number
  readonly ledger: Ledger
  readonly tell: (line: string) => void
}

const add = (left: SimulatedReport, right: SimulatedReport): SimulatedReport => {
  const names = new Set([...Object.keys(left.faults), ...Object.keys(right.faults)])
  const failedSeed = left.failedSeed ?? right.failedSeed
  return {
    schedules: left.schedules + right.schedules,
    records: left.records + right.records,
    lost: left.lost + right.lost,
    doubled: left.doubled + right.doubled,
    faults: Object.fromEntries(
      [...names].sort().map((name) => [name, (left.faults[name] ?? 0) + (right.faults[name] ?? 0)]),
    ),
    ...(failedSeed === undefined ? {} : { failedSeed }),
  }
}

const isGood = ({ lost, doubled }: SimulatedReport): boolean => lost + doubled === 0

const runSlice = async (seed: number, schedules: number, ledger: Ledger) => {
  const key = `simulated ${seed} ${schedules}`
  const known = ledger.find<SimulatedReport>(key)
  if (known !== undefined && isGood(known)) return known
  const report = await runSimulated({ seed, schedules })
  ledger.add(key, report)
  return report
}

/** Plays the commit protocol on the seeded, simulated broker and store, slice by slice; the ledger's are not played again. */
export const runSimulatedHalf = async ({
  seed,
  schedules,
  ledger,
  tell,
}: SimulatedHalf): Promise<SimulatedReport> => {
  let total: SimulatedReport = { schedules: 0, records: 0, lost: 0, doubled: 0, faults: {} }
  for (let from = seed; from < seed + schedules; from += slice) {
    const report = await runSlice(from, Math.min(slice, seed + schedules - from), ledger)
    total = add(total, report)
    const { failedSeed } = report
    tell(
      `${isGood(report) ? 'ok    ' : 'FAILED'} simulated ${from} to ${from + report.schedules - 1}`,
    )
    if (failedSeed !== undefined)
      tell(`       again: npm run test:faults -- --seed ${failedSeed} --simulated 1 --schedules 0`)
  }
  return total
}

/** The simulated half as a table. */
export const simulatedTable = ({ faults, ...all }: SimulatedReport): string =>
  tableOf(
    ['simulated', 'schedules', 'struck', 'records', 'lost', 'doubled'],
    [
      ...Object.entries(faults).map(([name, struck]) => [name, '', String(struck), '', '', '']),
      [
        'all',
        String(all.schedules),
        '',
        String(all.records),
        String(all.lost),
        String(all.doubled),
      ],
    ],
    [1, 2, 3, 4, 5],
  )
