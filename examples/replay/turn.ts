import type { Ask } from '../wheel/clickhouse.ts'
import type { OutcomeCount } from '../wheel/outcomes.ts'
import { outcomesOf } from '../wheel/report.ts'
import type { Services } from '../wheel/services.ts'
import { waitUntil } from '../wheel/wait.ts'

/** Longest wait for a dataset of a workload that has enough examples: some of them may not be eligible. */
const datasetsWithinMs = 20_000
const verdictsWithinMs = 600_000

const rowsOf = async (ask: Ask, sql: string): Promise<number> => {
  const [row] = await ask<{ rows: number }>(sql)
  return row?.rows ?? 0
}

/** Records of a processor, of one kind or all. */
const sumOf = (outcomes: readonly OutcomeCount[], name: string, kind?: string): number =>
  outcomes
    .filter(({ processor }) => processor === name)
    .filter((outcome) => kind === undefined || outcome.kind === kind)
    .reduce((sum, { records }) => sum + records, 0)

/** Curated examples by workload. */
export const examplesOf = (
  ask: Ask,
): Promise<readonly { readonly workload: string; readonly examples: number }[]> =>
  ask(
    'SELECT workload, count() AS examples FROM flywheel.curated GROUP BY workload ORDER BY examples DESC',
  )

/** Waits for a dataset of every workload with enough examples; gives up on what comes too late, which may never come. */
export const waitForDatasets = async (
  ask: Ask,
  services: Services,
  examplesMin: number,
): Promise<void> => {
  const examples = await examplesOf(ask)
  const due = examples.filter((one) => one.examples >= examplesMin).length
  const deadlineMs = Date.now() + datasetsWithinMs
  await waitUntil(
    'datasets',
    () => rowsOf(ask, 'SELECT uniqExact(workload) AS rows FROM flywheel.training_ready'),
    (built) => built >= due || Date.now() > deadlineMs,
    { timeoutMs: 2 * datasetsWithinMs },
  )
  await waitUntil(
    'the trainer to take the datasets',
    async () => {
      const built = await rowsOf(ask, 'SELECT count() AS rows FROM flywheel.training_ready')
      return built - sumOf(await outcomesOf(services), 'trainer.submit-student')
    },
    (untaken) => untaken <= 0,
  )
}

/** Rows, not counters: a batch that is tried again is counted twice and stored once. */
const openSql = `SELECT
  (SELECT uniqExact(dataset_version) FROM flywheel.training_ready) AS datasets,
  (SELECT uniqExact(dataset_version) FROM flywheel.candidates) AS trained,
  (SELECT uniqExactIf(candidate_id, state = 'ready') FROM flywheel.candidates) AS ready,
  (SELECT uniqExact(candidate_id) FROM flywheel.eval_results) AS evaluated,
  (SELECT uniqExact(evaluation_id) FROM flywheel.eval_results) AS evaluations,
  (SELECT uniqExact(evaluation_id) FROM flywheel.promotions) AS decided`

type Counts = Readonly<
  Record<'datasets' | 'trained' | 'ready' | 'evaluated' | 'evaluations' | 'decided', number>
>

const openWork = async (ask: Ask, services: Services): Promise<readonly number[]> => {
  const outcomes = await outcomesOf(services)
  const [counts] = await ask<Counts>(openSql)
  if (counts === undefined) throw new Error('no counts')
  return [
    counts.datasets - counts.trained - sumOf(outcomes, 'trainer.submit-student', 'drop'),
    counts.ready - counts.evaluated,
    counts.evaluations - counts.decided - sumOf(outcomes, 'promoter.promote', 'drop'),
  ]
}

/** Waits until nothing is under way: every dataset taken has its candidates, every candidate its verdict or its reason. */
export const waitForVerdicts = async (ask: Ask, services: Services): Promise<void> => {
  await waitUntil(
    'verdicts',
    () => openWork(ask, services),
    (open) => open.every((count) => count <= 0),
    { timeoutMs: verdictsWithinMs },
  )
}
