import type { Ask } from './clickhouse.ts'

/** One verdict of the gate with the figures behind it. */
export interface VerdictFigures {
  readonly revision: number
  readonly kind: string
  readonly verdict: string
  readonly reason: string
  readonly candidateId: string
  readonly datasetVersion: string
  readonly pairs: number
  readonly accuracy: number
  readonly difference: number
  readonly low: number
  readonly high: number
  readonly coverage: number
  readonly threshold: number | null
  readonly costPer1000Usd: number
  readonly championCostPer1000Usd: number
  readonly productionCostPer1000Usd: number
  readonly majority: number
  readonly nearestNeighbour: number
}

/** Verdicts in the order in which they fell; one on an evaluation that failed has no figures, but its reason. */
export const verdictsOf = (ask: Ask, workload: string): Promise<readonly VerdictFigures[]> =>
  ask<VerdictFigures>(
    `SELECT p.revision AS revision, p.challenger_kind AS kind, p.verdict AS verdict, p.reason AS reason,
      p.challenger_candidate_id AS candidateId, p.challenger_dataset_version AS datasetVersion, e.pairs AS pairs,
      m.candidate AS accuracy, m.difference AS difference, m.low AS low, m.high AS high,
      e.coverage AS coverage, e.threshold AS threshold, e.cost_per_1000_usd AS costPer1000Usd,
      e.champion_cost_per_1000_usd AS championCostPer1000Usd, e.production_cost_per_1000_usd AS productionCostPer1000Usd,
      e.baselines['majority'] AS majority, e.baselines['nearest neighbour'] AS nearestNeighbour
    FROM flywheel.promotions AS p
    INNER JOIN flywheel.eval_results AS e ON e.evaluation_id = p.evaluation_id
    LEFT ARRAY JOIN arrayFilter(x -> x.name = 'accuracy' AND x.slice = 'all', e.metrics) AS m
    WHERE p.workload = {workload:String} ORDER BY p.revision`,
    { workload },
  )

/** Rows and what could be wrong with them. */
export interface StoreFigures {
  readonly rows: number
  readonly distinctIds: number
  /** Copies of a student's calls that also went to the production model. */
  readonly sampled: number
  /** Records of a call that was logged before, marked so and left out of every figure. */
  readonly repeats: number
  /** Rows beyond one a record: none, or exactly once is broken. */
  readonly doubled: number
}

/** Of the logs of a workload. */
export const storeFigures = async (ask: Ask, workload: string): Promise<StoreFigures> => {
  const [row] = await ask<StoreFigures>(
    `SELECT count() AS rows, uniqExact(request_id) AS distinctIds, countIf(is_repeat) AS repeats,
      countIf(role = 'sampled' AND NOT is_repeat) AS sampled,
      count() - uniqExact(kafka_partition, kafka_offset) AS doubled
    FROM flywheel.inference_logs WHERE workload = {workload:String}`,
    { workload },
  )
  return row ?? { rows: 0, distinctIds: 0, sampled: 0, repeats: 0, doubled: 0 }
}

/** Counts of rows by table, in the order of the wheel. */
export const tableCounts = async (ask: Ask): Promise<Readonly<Record<string, number>>> => {
  const names =
    'inference_logs feedback curated observations findings retrain_triggers training_ready candidates eval_results promotions dead_letters'.split(
      ' ',
    )
  const parts = names.map(
    (name) => `SELECT '${name}' AS name, count() AS rows FROM flywheel.${name}`,
  )
  const rows = await ask<{ name: string; rows: number }>(parts.join(' UNION ALL '))
  const counts = new Map(rows.map(({ name, rows: count }) => [name, count]))
  return Object.fromEntries(names.map((name) => [name, counts.get(name) ?? 0]))
}

/** A dataset version in a line. */
export interface DatasetFigures {
  readonly datasetVersion: string
  readonly cause: string
  readonly train: number
  readonly validation: number
  readonly test: number
  readonly sources: Readonly<Record<string, number>>
}

/** Dataset versions in the order in which they were built. */
export const datasetsOf = (ask: Ask, workload: string): Promise<readonly DatasetFigures[]> =>
  ask<DatasetFigures>(
    `SELECT dataset_version AS datasetVersion, cause, counts['train'] AS train, counts['validation'] AS validation,
      counts['test'] AS test, sources
    FROM flywheel.training_ready WHERE workload = {workload:String} ORDER BY created_at`,
    { workload },
  )

/** A candidate that can not be judged, and why. */
export interface FailedCandidate {
  readonly kind: string
  readonly datasetVersion: string
  readonly reason: string
}

/** Candidates that training gave up, in the order in which it did. */
export const failedCandidatesOf = (
  ask: Ask,
  workload: string,
): Promise<readonly FailedCandidate[]> =>
  ask<FailedCandidate>(
    `SELECT kind, dataset_version AS datasetVersion, reason FROM flywheel.candidates
    WHERE workload = {workload:String} AND state = 'failed' ORDER BY created_at, kind`,
    { workload },
  )

/** Calls by who answered, with latency and cost as they were logged. */
export interface TrafficFigures {
  readonly answeredBy: string
  readonly calls: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly costPer1000Usd: number | null
}

/** Served calls since a time, by who answered. */
export const trafficSince = (
  ask: Ask,
  workload: string,
  sinceMs: number,
): Promise<readonly TrafficFigures[]> =>
  ask<TrafficFigures>(
    `SELECT if(startsWith(served_by, 'student'), 'student', served_by) AS answeredBy, count() AS calls,
      quantile(0.5)(latency_ms) AS p50Ms, quantile(0.95)(latency_ms) AS p95Ms, avg(cost_usd) * 1000 AS costPer1000Usd
    FROM flywheel.inference_logs
    WHERE workload = {workload:String} AND role = 'served' AND NOT is_repeat AND event_time >= fromUnixTimestamp64Milli({sinceMs:Int64})
    GROUP BY answeredBy ORDER BY answeredBy`,
    { workload, sinceMs },
  )

/** A verdict on drift. */
export interface FindingFigures {
  readonly feature: string
  readonly verdict: string
  readonly statistic: string
  readonly value: number
  readonly threshold: number
  readonly pValue: number | null
  readonly windowCount: number
}

/** Features that drifted, each with its first finding. */
export const driftOf = (ask: Ask, workload: string): Promise<readonly FindingFigures[]> =>
  ask<FindingFigures>(
    `SELECT feature, verdict, statistic, value, threshold, p_value AS pValue, window_count AS windowCount
    FROM flywheel.findings WHERE workload = {workload:String} AND verdict = 'drifted'
    ORDER BY created_at, feature LIMIT 1 BY feature`,
    { workload },
  )
