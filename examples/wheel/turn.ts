import type { Ask } from './clickhouse.ts'
import type { Tell } from './progress.ts'
import { waitUntil } from './wait.ts'

/** Waits until the table has a served row for so many calls of the workload. */
export const waitForLogs = (
  ask: Ask,
  workload: string,
  calls: number,
  tell: Tell,
): Promise<unknown> =>
  waitUntil(
    'the logs in ClickHouse',
    async () => {
      const [row] = await ask<{ rows: number }>(
        `SELECT uniqExact(request_id) AS rows FROM flywheel.inference_logs
        WHERE workload = {workload:String} AND role = 'served'`,
        { workload },
      )
      return row?.rows ?? 0
    },
    (rows) => rows >= calls,
    { onAnswer: (rows) => tell(Math.min(rows, calls), calls) },
  )

/** How far the wheel has turned for a workload. */
export interface Turn {
  readonly datasets: number
  /** Candidates of every kind and state. */
  readonly candidates: number
  /** Those that can be judged. */
  readonly ready: number
  readonly decided: number
}

const turnSql = `SELECT
  (SELECT count() FROM flywheel.training_ready WHERE workload = {workload:String}) AS datasets,
  (SELECT count() FROM flywheel.candidates WHERE workload = {workload:String}) AS candidates,
  (SELECT countIf(state = 'ready') FROM flywheel.candidates WHERE workload = {workload:String}) AS ready,
  (SELECT count() FROM flywheel.promotions WHERE workload = {workload:String}) AS decided`

/** Counts what a workload's turns have made so far. */
export const turnOf = async (ask: Ask, workload: string): Promise<Turn> => {
  const [row] = await ask<Turn>(turnSql, { workload })
  return row ?? { datasets: 0, candidates: 0, ready: 0, decided: 0 }
}

/** Waits for the n-th dataset version, its two candidates, and a verdict on each that can be judged. */
export const waitForTurn = (ask: Ask, workload: string, turn: number): Promise<Turn> =>
  waitUntil(
    `turn ${turn}`,
    () => turnOf(ask, workload),
    ({ datasets, candidates, ready, decided }) =>
      datasets >= turn && candidates >= turn * 2 && decided >= ready,
    { timeoutMs: 180_000 },
  )

/** Waits until the gateway serves the champion that the last decision named. */
export const waitForChampion = async (
  ask: Ask,
  workload: string,
  gatewayUrl: string,
): Promise<void> => {
  const [state] = await ask<{ champion: string; kind: string }>(
    `SELECT champion_candidate_id AS champion, champion_kind AS kind FROM flywheel.promotions
    WHERE workload = {workload:String} ORDER BY revision DESC LIMIT 1`,
    { workload },
  )
  if (state === undefined || state.kind === 'production') return
  await waitUntil(
    'the gateway to know the champion',
    async () => (await fetch(`${gatewayUrl}/v1/models`)).text(),
    (models) => models.includes(state.champion),
  )
}

const calmAnswers = 8

const calmSql = `SELECT
  (SELECT uniqExact(request_id) FROM flywheel.inference_logs) AS logs,
  (SELECT uniqExact(request_id) FROM flywheel.observations) AS observed,
  (SELECT count() FROM flywheel.curated) AS curated,
  (SELECT count() FROM flywheel.feedback) AS feedback`

/** What streams in while the wheel works. */
interface Streams {
  readonly logs: number
  readonly observed: number
  readonly curated: number
  readonly feedback: number
}

/** Waits until it is enough and nothing more came for two seconds: what is counted then shows no half of a batch. */
export const waitForCalm = async (
  ask: Ask,
  enough: (streams: Streams) => boolean = () => true,
): Promise<void> => {
  let last = ''
  let same = 0
  await waitUntil(
    'calm',
    async () => {
      const [row] = await ask<Streams>(calmSql)
      const text = JSON.stringify(row)
      same = text === last ? same + 1 : 0
      last = text
      return { row, same }
    },
    ({ row }) => row !== undefined && same >= calmAnswers && enough(row),
    { intervalMs: 250 },
  )
}
