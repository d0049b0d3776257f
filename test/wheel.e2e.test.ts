import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { workload } from '../examples/demo/calls.ts'
import { makeReport, type Report } from '../examples/demo/report.ts'
import { Demo, type StepName } from '../examples/demo/run.ts'
import type { Tell } from '../examples/wheel/progress.ts'
import type { ServiceName } from '../examples/wheel/services.ts'
import { turnOf } from '../examples/wheel/turn.ts'
import { waitUntil } from '../examples/wheel/wait.ts'
import type { StackComponent } from '../infra/native/stack-parts.ts'

const wholeMs = 540_000
const folder = mkdtempSync(join(tmpdir(), 'flywheel-wheel-'))
const lines: string[] = []
const demo = new Demo(folder, (line) => lines.push(line))
const killed: string[] = []
let report: Report

const childOf = (name: ServiceName | StackComponent) =>
  name === 'kafka' || name === 'registry' || name === 'clickhouse'
    ? demo.ground.stack.child(name)
    : demo.services.child(name)

/** SIGKILL to a part with all its processes; resolves when its successor is ready. */
const kill = async (name: ServiceName | StackComponent): Promise<void> => {
  const child = childOf(name)
  const [pid, restarts] = [child.pid(), child.restarts()]
  if (pid === undefined) throw new Error(`${name} has no process`)
  process.kill(-pid, 'SIGKILL')
  killed.push(name)
  await child.whenReady(restarts + 1)
}

/** Kills once a step is so far, whatever it is counted in. */
const killAt = (share: number, name: ServiceName | StackComponent) => {
  let back: Promise<void> | undefined
  const tell: Tell = (done, all) => {
    if (done >= all * share) back ??= kill(name)
  }
  return { tell, back: () => back ?? Promise.reject(new Error(`${name} was never killed`)) }
}

const runWith = async (
  run: (tell: Tell) => Promise<void>,
  kills: readonly ReturnType<typeof killAt>[],
) => {
  await run((done, all) => {
    for (const { tell } of kills) tell(done, all)
  })
  await Promise.all(kills.map(({ back }) => back()))
}

/** Kills when the wheel has made so much of its turn. */
const killWhen = async (
  what: 'datasets' | 'candidates' | 'decided',
  count: number,
  name: ServiceName,
): Promise<void> => {
  const enough = (turn: Awaited<ReturnType<typeof turnOf>>) => turn[what] >= count
  await waitUntil(`${what} ${count}`, () => turnOf(demo.ground.ask, workload), enough, {
    timeoutMs: 180_000,
    intervalMs: 50,
  })
  await kill(name)
}

const runs: Partial<Record<StepName, (run: (tell: Tell) => Promise<void>) => Promise<unknown>>> = {
  'first collection': (run) => runWith(run, [killAt(0.4, 'curator'), killAt(0.6, 'log-sink')]),
  stored: (run) => runWith(run, [killAt(0.0001, 'clickhouse')]),
  'first turn': (run) =>
    Promise.all([
      run(() => {}),
      killWhen('datasets', 1, 'trainer'),
      killWhen('candidates', 1, 'evaluator'),
    ]),
  'second collection': (run) =>
    runWith(run, [killAt(0.25, 'gateway'), killAt(0.5, 'drift-detector'), killAt(0.75, 'kafka')]),
  'second turn': (run) => Promise.all([run(() => {}), killWhen('decided', 3, 'promoter')]),
}

const turnWheel = async (): Promise<void> => {
  const startedMs = performance.now()
  for (const { name, run } of demo.steps) {
    lines.push(`${name}, after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
    const withKills = runs[name]
    await (withKills === undefined ? run(() => {}) : withKills(run))
  }
  report = await makeReport(demo, (performance.now() - startedMs) / 1000)
}

beforeAll(async () => {
  try {
    await turnWheel()
  } catch (error) {
    throw new Error(lines.slice(-40).join('\n'), { cause: error })
  }
}, wholeMs)

afterAll(async () => {
  await demo.stop({ keep: false })
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

const rowsOf = async <Row>(sql: string): Promise<readonly Row[]> =>
  demo.ground.ask<Row>(sql, { workload })

const numberOf = async (sql: string): Promise<number> => {
  const [row] = await rowsOf<{ n: number }>(sql)
  return row?.n ?? Number.NaN
}

test('every part was killed and came back', () => {
  expect(new Set(killed)).toEqual(
    new Set([
      ...['curator', 'log-sink', 'clickhouse', 'trainer', 'evaluator'],
      ...['gateway', 'drift-detector', 'kafka', 'promoter'],
    ]),
  )
})

test('no call is lost and no record is stored twice', async () => {
  expect(report).toMatchObject({ published: 6046, lost: 0, doubled: 0 })
  const sampled = await numberOf(
    `SELECT uniqExact(request_id) AS n FROM flywheel.inference_logs WHERE role = 'sampled'`,
  )
  expect(sampled).toBeGreaterThan(100)
  expect(report.stored.distinctIds).toBe(report.published + sampled)
  expect(report.stored.rows - report.stored.repeats).toBe(report.stored.distinctIds)
  expect(report.rows['dead_letters']).toBe(0)
  for (const table of ['feedback', 'curated', 'observations', 'promotions', 'findings'])
    expect(
      await numberOf(
        `SELECT count() - uniqExact(kafka_partition, kafka_offset) AS n FROM flywheel.${table}`,
      ),
    ).toBe(0)
})

interface Logged {
  readonly id: string
  readonly isStudent: boolean
  readonly request: string
  readonly answer: string
}

/** What makes two calls one example: what was asked and answered, and who answered. */
const contentOf = ({ isStudent, request, answer }: Logged): string => {
  const { messages } = JSON.parse(request) as { messages: { content: string }[] }
  const asked = messages.map(({ content }) => content.normalize('NFC').replace(/\s+/g, ' ').trim())
  return JSON.stringify([isStudent, asked, answer])
}

/** Of the corpus's different mails some 7% are near-duplicates of another with the same answer. */
const nearDuplicatesMax = 0.1

test('every different call is curated once, near-duplicates left out', async () => {
  const logs = await rowsOf<Logged>(
    `SELECT request_id AS id, startsWith(served_by, 'student') AS isStudent, request,
      JSONExtractString(response, 'choices', 1, 'message', 'tool_calls', 1, 'function', 'name') AS answer
    FROM flywheel.inference_logs WHERE status = 200 AND NOT is_repeat`,
  )
  const curated = await rowsOf<{ id: string }>('SELECT request_id AS id FROM flywheel.curated')
  const ids = new Set(curated.map(({ id }) => id))
  expect(ids.size).toBe(curated.length)
  const kept = logs.filter(({ id }) => ids.has(id)).map(contentOf)
  expect(kept).toHaveLength(ids.size)
  expect(new Set(kept).size).toBe(ids.size)
  const left = new Set(logs.map(contentOf)).size - kept.length
  expect(left).toBeGreaterThanOrEqual(0)
  expect(left / kept.length).toBeLessThan(nearDuplicatesMax)
})

test('each candidate is evaluated once and each evaluation decided once', async () => {
  const [state] = await rowsOf<Record<string, number>>(
    `SELECT
      (SELECT count() FROM flywheel.training_ready) AS datasets,
      (SELECT count() FROM flywheel.candidates) AS candidates,
      (SELECT uniqExact(candidate_id) FROM flywheel.candidates) AS differentCandidates,
      (SELECT countIf(state = 'ready') FROM flywheel.candidates) AS ready,
      (SELECT count() FROM flywheel.eval_results) AS evaluations,
      (SELECT uniqExact(candidate_id) FROM flywheel.eval_results) AS evaluated,
      (SELECT count() FROM flywheel.promotions) AS decisions,
      (SELECT uniqExact(evaluation_id) FROM flywheel.promotions) AS decided`,
  )
  const { datasets, candidates, differentCandidates, ready, ...judged } = state ?? {}
  expect([datasets, candidates, differentCandidates]).toEqual([2, 4, 4])
  // A cascade without a safe threshold is never ready; both students are, and the first cascade.
  expect(ready).toBeGreaterThanOrEqual(3)
  expect(new Set(Object.values(judged))).toEqual(new Set([ready]))
  expect(report.verdicts.map(({ revision }) => revision)).toEqual(
    Array.from({ length: ready ?? 0 }, (_, i) => i + 1),
  )
})

test('the gate refuses one and promotes one, of students that beat both baselines', () => {
  expect(report.refusals).toBeGreaterThan(0)
  expect(report.promotions).toBeGreaterThan(0)
  const students = report.verdicts.filter(({ kind }) => kind === 'student')
  expect(students).toHaveLength(2)
  for (const { accuracy, majority, nearestNeighbour } of students) {
    expect(majority).toBeGreaterThan(0.5)
    expect(accuracy).toBeGreaterThan(majority)
    expect(accuracy).toBeGreaterThan(nearestNeighbour)
  }
})

test('drift turns the wheel a second time and alerts once a champion', async () => {
  const drifted = report.drift.map(({ feature }) => feature)
  expect(drifted.some((feature) => feature === 'label' || feature === 'student-accuracy')).toBe(
    true,
  )
  // The second champion may find the end of the traffic drifted too; nobody triggers or alerts twice for one.
  const triggers = await rowsOf<{ champion: string; cause: string }>(
    'SELECT champion_id AS champion, cause FROM flywheel.retrain_triggers ORDER BY created_at',
  )
  const firstChampion = report.verdicts.find(({ verdict }) => verdict === 'promoted')
  expect(triggers[0]).toEqual({ champion: firstChampion?.candidateId, cause: 'drift' })
  expect(new Set(triggers.map(({ champion }) => champion)).size).toBe(triggers.length)
  expect(report['retrain-triggers']).toBe(triggers.length)
  expect(report.alerts).toBe(triggers.length)
  expect(report.datasets.map(({ cause }) => cause)).toEqual(['volume', 'drift'])
})

const address = /[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/i

/** Of JSON text without its escapes: the letter of one is no start of an address. */
const hasAddress = (json: string): boolean => address.test(json.replace(/\\[nrt]/g, ' '))

test('e-mail addresses are masked wherever a mail is stored', async () => {
  const { first, second } = demo.mails
  const raw = [...first, ...second].filter(({ body }) => hasAddress(body))
  expect(raw.length).toBeGreaterThan(1000)
  for (const [table, ids] of [
    ['inference_logs', raw.length],
    ['curated', 1],
  ] as const) {
    const rows = await rowsOf<{ body: string }>(
      `SELECT concat(request, ' ', response) AS body FROM flywheel.${table}`,
    )
    expect(rows.length).toBeGreaterThanOrEqual(ids)
    expect(
      rows.filter(({ body }) => hasAddress(body)),
      table,
    ).toEqual([])
  }
  const masked = await numberOf(
    `SELECT countIf(redaction_counts['email'] > 0) AS n FROM flywheel.inference_logs WHERE role = 'served'`,
  )
  expect(masked).toBeGreaterThanOrEqual(raw.length)
})

test('e-mail addresses are masked in the files of datasets', () => {
  const datasets = join(folder, 'objects', 'datasets')
  const files = readdirSync(datasets, { recursive: true, encoding: 'utf8' })
  const lines = files.filter((file) => file.endsWith('.jsonl'))
  expect(lines).toHaveLength(6)
  expect(lines.filter((file) => hasAddress(readFileSync(join(datasets, file), 'utf8')))).toEqual([])
})
