import type { Ask } from './clickhouse.ts'
import {
  type DatasetFigures,
  datasetsOf,
  driftOf,
  type FailedCandidate,
  type FindingFigures,
  failedCandidatesOf,
  type StoreFigures,
  storeFigures,
  tableCounts,
  type VerdictFigures,
  verdictsOf,
} from './figures.ts'
import { type OutcomeCount, readOutcomes } from './outcomes.ts'
import { type Services, serviceNames } from './services.ts'

/** What the wheel made of one workload. */
export interface WorkloadReport {
  readonly workload: string
  readonly stored: StoreFigures
  readonly datasets: readonly DatasetFigures[]
  readonly failedCandidates: readonly FailedCandidate[]
  readonly verdicts: readonly VerdictFigures[]
  readonly promotions: number
  readonly refusals: number
  readonly drift: readonly FindingFigures[]
}

/** Asks ClickHouse for every figure of a workload. */
export const workloadReport = async (ask: Ask, workload: string): Promise<WorkloadReport> => {
  const verdicts = await verdictsOf(ask, workload)
  return {
    workload,
    stored: await storeFigures(ask, workload),
    datasets: await datasetsOf(ask, workload),
    failedCandidates: await failedCandidatesOf(ask, workload),
    verdicts,
    promotions: verdicts.filter(({ verdict }) => verdict === 'promoted').length,
    refusals: verdicts.filter(({ verdict }) => verdict === 'refused').length,
    drift: await driftOf(ask, workload),
  }
}

/** What the whole wheel made of all records. */
export interface WheelReport {
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>
  /** Records by what became of them, as each process counted since its start. */
  readonly outcomes: readonly OutcomeCount[]
  readonly 'retrain-triggers': number
}

/** Asks every service what became of its records since its start. */
export const outcomesOf = async (services: Services): Promise<readonly OutcomeCount[]> => {
  const texts = await Promise.all(
    serviceNames.map(async (name) => (await fetch(`${services.url(name)}/metrics`)).text()),
  )
  return texts
    .flatMap(readOutcomes)
    .filter(({ kind, records }) => records > 0 && kind !== 'tick')
    .sort((a, b) => (a.processor < b.processor ? -1 : 1) || b.records - a.records)
}

/** Asks ClickHouse and every service. */
export const wheelReport = async (ask: Ask, services: Services): Promise<WheelReport> => {
  const rows = await tableCounts(ask)
  return {
    rows,
    outcomes: await outcomesOf(services),
    'retrain-triggers': rows['retrain_triggers'] ?? 0,
  }
}

/** How many of the calls that were acknowledged have no row. */
export const lostOf = async (ask: Ask, requestIds: Iterable<string>): Promise<number> => {
  const rows = await ask<{ id: string }>(
    `SELECT DISTINCT request_id AS id FROM flywheel.inference_logs WHERE role = 'served'`,
  )
  const stored = new Set(rows.map(({ id }) => id))
  let lost = 0
  for (const id of requestIds) if (!stored.has(id)) lost += 1
  return lost
}
