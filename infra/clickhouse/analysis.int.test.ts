import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { applyDdl, statementsOf } from './apply.ts'
import { askOver, findDifferences, rebuildDay } from './reconcile.ts'

const { clickhouse } = inject('stack')
const ask = askOver(clickhouse)
const workload = `analysis-${randomUUID()}`
/** Over, and young enough to be kept. */
const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

interface Call {
  readonly id: string
  readonly servedBy?: string
  readonly role?: string
  readonly status?: number
  readonly costUsd?: number | null
  readonly latencyMs?: number
  readonly isRepeat?: boolean
}

const insertRows = async (
  table: string,
  rows: readonly object[],
  token: string = randomUUID(),
): Promise<void> => {
  const lines = rows.map((row) => JSON.stringify(row)).join('\n')
  const settings = `insert_deduplication_token = '${token}', deduplicate_blocks_in_dependent_materialized_views = 1, async_insert = 0`
  await ask(`INSERT INTO flywheel.${table} SETTINGS ${settings} FORMAT JSONEachRow\n${lines}`)
}

const rowOf = (call: Call, offset: number) => ({
  request_id: call.id,
  workload,
  model: 'gpt-4o',
  served_by: call.servedBy ?? 'production',
  role: call.role ?? 'served',
  status: call.status ?? 200,
  cost_usd: call.costUsd === undefined ? 0.01 : call.costUsd,
  latency_ms: call.latencyMs ?? null,
  prompt_tokens: 10,
  is_repeat: call.isRepeat ?? false,
  request: 'Where is the Zanzibar parcel?',
  kafka_offset: offset,
  event_time: `${day} 10:00:00`,
  arrived_at: `${day} 10:00:0${offset % 10}`,
})

const calls: readonly Call[] = [
  { id: 'a', latencyMs: 100 },
  { id: 'a', isRepeat: true },
  { id: 'b', latencyMs: 300, status: 500, costUsd: null },
  { id: 'c', servedBy: 'student:one', costUsd: 0.001 },
  { id: 'd', servedBy: 'student:one', costUsd: 0.001 },
  { id: 'd-copy', role: 'sampled', costUsd: 0.01 },
]
const block = calls.map(rowOf)

const one = async (sql: string) => (await ask(sql))[0]
const inWorkload = `WHERE workload = '${workload}'`
const differences = async () =>
  (await findDifferences(ask)).filter((difference) => difference.workload === workload)

beforeAll(async () => {
  await applyDdl(clickhouse)
  await insertRows('inference_logs', block, workload)
})

describe('sums', () => {
  test('hold each call once, without repeats, also when its block is tried again', async () => {
    await insertRows('inference_logs', block, workload)
    expect(
      await one(
        `SELECT sum(calls) AS calls, sum(failed_calls) AS failed, sum(unpriced_calls) AS unpriced,
         sum(prompt_tokens) AS tokens, round(sum(cost_usd), 4) AS cost,
         quantilesTDigestIfMerge(0.5, 0.95, 0.99)(latency_ms)[3] AS slowest
         FROM flywheel.inference_stats ${inWorkload}`,
      ),
    ).toEqual({ calls: 5, failed: 1, unpriced: 1, tokens: 50, cost: 0.022, slowest: 300 })
  })

  test('leave out rows that the sink repairs where they are counted already', async () => {
    const before = await one(
      `SELECT sum(calls) AS calls FROM flywheel.inference_stats ${inWorkload}`,
    )
    await ask(
      `ALTER TABLE flywheel.inference_logs DELETE ${inWorkload} AND request_id = 'b' SETTINGS mutations_sync = 2`,
    )
    const lost = block.filter(({ request_id }) => request_id === 'b')
    await insertRows('inference_logs', lost, `${workload}:table-only`)
    expect(
      await one(`SELECT sum(calls) AS calls FROM flywheel.inference_stats ${inWorkload}`),
    ).toEqual(before)
    expect(await differences()).toEqual([])
  })

  test('that differ from their base are found and made anew', async () => {
    expect(await differences()).toEqual([])
    const part = `${inWorkload} AND served_by = 'production'`
    await ask(`ALTER TABLE flywheel.inference_stats DELETE ${part} SETTINGS mutations_sync = 2`)
    const found = await differences()
    expect(found).toEqual([
      { target: 'inference_stats', day, workload, figure: 'calls', base: 5, held: 2 },
      { target: 'inference_stats', day, workload, figure: 'tokens', base: 50, held: 20 },
    ])
    await rebuildDay(ask, { target: 'inference_stats', day })
    expect(await differences()).toEqual([])
    const all = `SELECT sum(calls) AS calls FROM flywheel.inference_stats ${inWorkload}`
    expect(await one(all)).toEqual({ calls: 5 })
  })

  test('of features count each observation in its bin, without repeats', async () => {
    const feature = { name: 'label', profile_version: 'p1', bin: 2, value: 1, category: 'spam' }
    const rows = [1, 2, 3, 4].map((offset) => ({
      request_id: `o${offset}`,
      workload,
      features: [feature],
      is_repeat: offset === 4,
      arrived_at: `${day} 11:00:00`,
      kafka_offset: offset,
    }))
    await insertRows('observations', rows, `${workload}-o`)
    await insertRows('observations', rows, `${workload}-o`)
    const sql = `SELECT feature, bin, category, sum(calls) AS calls FROM flywheel.feature_histograms ${inWorkload} GROUP BY ALL`
    expect(await ask(sql)).toEqual([{ feature: 'label', bin: 2, category: 'spam', calls: 3 }])
    expect(await differences()).toEqual([])
  })
})

describe('views', () => {
  test('tell what a student saved', async () => {
    const row = await one(`SELECT * FROM flywheel.cost_by_day ${inWorkload}`)
    expect(row).toMatchObject({ day, calls: 4, student_calls: 2 })
    expect(row?.['production_cost_per_call_usd']).toBeCloseTo(0.01, 6)
    expect(row?.['saved_usd']).toBeCloseTo(2 * 0.01 - 0.002 - 0.01, 6)
  })

  test('tell what people say of a model, once where it was written twice', async () => {
    const said = (request_id: string, kind: string, value: string, score: number | null) => ({
      feedback_id: randomUUID(),
      request_id,
      kind,
      value,
      score,
      arrived_at: `${day} 12:00:00`,
    })
    const thumb = said('c', 'thumbs', 'down', null)
    await insertRows('feedback', [
      thumb,
      thumb,
      said('c', 'label', 'spam', null),
      said('d', 'score', '', 0.5),
    ])
    expect(
      await one(
        `SELECT * FROM flywheel.quality_by_model ${inWorkload} AND served_by LIKE 'student%'`,
      ),
    ).toMatchObject({ calls: 2, judged_calls: 2, thumbs_down: 1, corrections: 1, mean_score: 0.5 })
  })

  test('lead from a model back to its data and on to its calls', async () => {
    const at = (hour: number) => `${day} ${hour}:00:00`
    const version = {
      workload,
      dataset_version: `${workload}@1`,
      counts: { train: 8, test: 2 },
      cause: 'volume',
    }
    const built = [13, 14].map((hour) => ({ ...version, arrived_at: at(hour) }))
    await insertRows('training_ready', built)
    await insertRows('candidates', [
      {
        workload,
        candidate_id: 'one',
        dataset_version: `${workload}@1`,
        kind: 'student',
        arrived_at: at(14),
      },
      {
        workload,
        candidate_id: 'two',
        dataset_version: `${workload}@1`,
        kind: 'cascade',
        arrived_at: at(14),
      },
    ])
    const accuracy = { name: 'accuracy', slice: 'all', candidate: 0.9, difference: -0.01 }
    await insertRows('eval_results', [
      {
        workload,
        evaluation_id: `${workload}-e`,
        candidate_id: 'one',
        pairs: 2,
        metrics: [accuracy],
        arrived_at: at(15),
      },
    ])
    const decision = { workload, evaluation_id: `${workload}-e`, arrived_at: at(16) }
    await insertRows('promotions', [
      { ...decision, revision: 1, verdict: 'refused' },
      { ...decision, revision: 2, verdict: 'promoted' },
    ])
    const sql = `SELECT candidate_id, examples, accuracy, verdict, calls FROM flywheel.lineage ${inWorkload} ORDER BY candidate_id`
    expect(await ask(sql)).toEqual([
      { candidate_id: 'one', examples: 10, accuracy: 0.9, verdict: 'promoted', calls: 2 },
      { candidate_id: 'two', examples: 10, accuracy: null, verdict: '', calls: 0 },
    ])
  })

  test('lead from a call to what became of it', async () => {
    const example = { request_id: 'a', workload, label: 'spam', arrived_at: `${day} 12:30:00` }
    await insertRows('curated', [example, example])
    const sql = `SELECT request_id, is_curated, label, dataset_version, feedback_count FROM flywheel.call_lineage ${inWorkload} AND request_id IN ('a', 'c') ORDER BY request_id`
    expect(await ask(sql)).toEqual([
      {
        request_id: 'a',
        is_curated: true,
        label: 'spam',
        dataset_version: `${workload}@1`,
        feedback_count: 0,
      },
      { request_id: 'c', is_curated: false, label: '', dataset_version: '', feedback_count: 2 },
    ])
  })
})

describe('tables', () => {
  test('say of every column what it is', async () => {
    const silent = `SELECT table, name FROM system.columns WHERE database = 'flywheel' AND comment = ''
      AND table NOT IN (SELECT name FROM system.tables WHERE engine = 'MaterializedView')`
    expect(await ask(silent)).toEqual([])
  })

  test('leave no deduplication window, fsync or limit to a default', async () => {
    const tables = await ask(
      `SELECT name, create_table_query AS sql FROM system.tables
       WHERE database = 'flywheel' AND engine IN ('MergeTree', 'AggregatingMergeTree') ORDER BY name`,
    )
    expect(tables.length).toBeGreaterThan(13)
    const settings = [
      'non_replicated_deduplication_window = 100000',
      'replicated_deduplication_window = 100000',
      'replicated_deduplication_window_seconds = 604800',
      'fsync_after_insert = 1',
      'fsync_part_directory = 1',
      'parts_to_delay_insert = 1000',
      'parts_to_throw_insert = 3000',
      'min_free_disk_bytes_to_perform_insert = 268435456',
    ]
    for (const { name, sql } of tables) {
      for (const setting of settings)
        expect([name, sql]).toEqual([name, expect.stringContaining(` ${setting}`)])
    }
  })

  test('find prompts by their words', async () => {
    const search = `SELECT request_id FROM flywheel.inference_logs ${inWorkload} AND hasToken(request, 'zanzibar')`
    expect(await ask(search)).toHaveLength(block.length)
    const plan = await ask(`EXPLAIN indexes = 1 ${search}`)
    expect(JSON.stringify(plan)).toContain('prompt_words')
  })

  test('let bodies go before figures', async () => {
    const row = await one(
      `SELECT create_table_query AS sql FROM system.tables WHERE database = 'flywheel' AND name = 'inference_logs'`,
    )
    expect(row?.['sql']).toMatch(
      /`request` String COMMENT .* TTL toDateTime\(arrived_at\) \+ toIntervalDay\(90\)/,
    )
    expect(row?.['sql']).toMatch(
      /\nTTL toDateTime\(arrived_at\) \+ toIntervalDay\(400\)|TTL toDateTime\(arrived_at\) \+ toIntervalDay\(400\)/,
    )
  })
})

test('the role of analysts is SQL that ClickHouse reads; the embedded engine has no roles', async () => {
  const sql = readFileSync(new URL('server/analyst.sql', import.meta.url), 'utf8')
  const kinds = new Set<unknown>()
  for (const statement of statementsOf(sql))
    kinds.add((await ask(`EXPLAIN AST ${statement}`))[0]?.['explain'])
  expect([...kinds]).toEqual([
    'CreateRoleQuery',
    'GrantQuery',
    'CreateQuotaQuery',
    'CREATE ROW POLICY or ALTER ROW POLICY query',
  ])
})

const page = readFileSync(new URL('../../docs/analytics.md', import.meta.url), 'utf8')
const queries = [...page.matchAll(/```sql\n([^`]+)```\n```\n([^`]+)```/g)]

test.each(queries.map(([, sql = '', shown = '']) => [sql, shown] as const))(
  'the page for analysts asks what can be answered: %s',
  async (sql, shown) => {
    const [row] = await ask(`SELECT * FROM (${sql})`)
    const columns = Object.keys(row ?? {})
    for (const column of columns) expect(shown).toContain(`─${column}─`)
  },
)

test('the page for analysts has ten questions and more', () => {
  expect(queries.length).toBeGreaterThanOrEqual(11)
})
