import {
  lostOf,
  type WheelReport,
  type WorkloadReport,
  wheelReport,
  workloadReport,
} from '../wheel/report.ts'
import type { LineFault } from './intake.ts'
import type { Replay } from './run.ts'
import { examplesOf } from './turn.ts'

/** Most workloads that are told one by one, the largest first. */
const workloadsMax = 5

/** One workload of the file. */
export interface ReplayedWorkload extends WorkloadReport {
  readonly calls: number
  readonly examples: number
}

/** Everything that a replay tells at its end; `--report` writes it as JSON. */
export interface ReplayReport extends WheelReport {
  readonly file: string
  readonly lines: number
  readonly malformed: number
  readonly malformedBy: Readonly<Record<string, number>>
  readonly faults: readonly LineFault[]
  readonly published: number
  readonly differentIds: number
  readonly lost: number
  readonly doubled: number
  readonly promotions: number
  readonly refusals: number
  readonly workloads: readonly ReplayedWorkload[]
  /** Workloads of the file that are not in `workloads`. */
  readonly otherWorkloads: number
  readonly examplesMin: number
  readonly productionModel: string
  readonly seconds: number
}

const total = (workloads: readonly ReplayedWorkload[], of: (one: ReplayedWorkload) => number) =>
  workloads.reduce((sum, one) => sum + of(one), 0)

const workloadsOf = async (replay: Replay): Promise<readonly ReplayedWorkload[]> => {
  const { ask } = replay.ground
  const examples = new Map((await examplesOf(ask)).map((one) => [one.workload, one.examples]))
  const reports: ReplayedWorkload[] = []
  for (const { workload, calls } of replay.intake.workloads.slice(0, workloadsMax)) {
    const report = await workloadReport(ask, workload)
    reports.push({ ...report, calls, examples: examples.get(workload) ?? 0 })
  }
  return reports
}

const doubledSql = `SELECT count() - uniqExact(kafka_partition, kafka_offset) AS doubled FROM flywheel.inference_logs`

/** Asks ClickHouse and the services for every figure. */
export const makeReplayReport = async (replay: Replay, seconds: number): Promise<ReplayReport> => {
  const { ask } = replay.ground
  const { lines, malformed, malformedBy, faults, published, ids, workloads } = replay.intake
  const told = await workloadsOf(replay)
  const [row] = await ask<{ doubled: number }>(doubledSql)
  return {
    ...(await wheelReport(ask, replay.services)),
    file: replay.options.file,
    ...{ lines, malformed, malformedBy, faults, published },
    differentIds: ids.size,
    lost: await lostOf(ask, ids),
    doubled: row?.doubled ?? 0,
    promotions: total(told, ({ promotions }) => promotions),
    refusals: total(told, ({ refusals }) => refusals),
    workloads: told,
    otherWorkloads: Math.max(0, workloads.length - told.length),
    examplesMin: replay.options.examplesMin,
    productionModel: replay.options.productionModel,
    seconds,
  }
}
