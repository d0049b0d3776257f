import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { digest } from '#kit'
import { makeReplayReport, type ReplayReport } from './report.ts'
import { Replay } from './run.ts'
import { replayText } from './table.ts'

const folder = mkdtempSync(join(tmpdir(), 'flywheel-replay-'))
const file = join(folder, 'logs.jsonl')

const words = {
  ToReturns: ['refund', 'broken', 'exchange', 'return', 'damaged', 'label', 'warranty', 'swap'],
  ToOrders: ['parcel', 'tracking', 'courier', 'delivery', 'shipped', 'late', 'address', 'depot'],
}
const fillers = 'please today socks lamp phone chair again still about with month order shop'.split(
  ' ',
)

/** The same words for the same number: half of them tell which tool is right. */
const asked = (tool: keyof typeof words, number: number): string => {
  const bytes = Buffer.from(digest(tool, String(number)), 'hex')
  const said = [...bytes.subarray(0, 16)].map((byte, i) => {
    const from = i % 2 === 0 ? words[tool] : fillers
    return from[byte % from.length] ?? ''
  })
  return `${said.join(' ')} ${bytes.readUInt32BE(20)}`
}

const toolNamed = (name: string) => ({ type: 'function', function: { name, parameters: {} } })
const request = (content: string, tools: readonly object[] = []) => ({
  model: 'gpt-4o',
  messages: [{ role: 'user', content }],
  tools,
})
const response = (message: object) => ({
  choices: [{ message: { role: 'assistant', ...message } }],
})

/** A call to one of two tools, its arguments an object as in the blueprint's records. */
const routed = (number: number): string => {
  const tool = number % 2 === 0 ? 'ToReturns' : 'ToOrders'
  const call = { type: 'function', function: { name: tool, arguments: { query: 'q' } } }
  return JSON.stringify({
    request: request(asked(tool, number), Object.keys(words).map(toolNamed)),
    response: response({ content: '', tool_calls: [call] }),
    workload_id: 'routing',
    client_id: 'shop',
    timestamp: 1_746_138_417 + number,
  })
}

const told = (workload: string, number: number): string => {
  const content = `${asked('ToOrders', number)} ${workload}`
  const answer = `A long answer to number ${number}, over more than a single line.\nHere it ends.`
  return JSON.stringify({
    request: request(content),
    response: response({ content: answer }),
    workload_id: workload,
  })
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)
const lines = [
  ...numbers(1100).map(routed),
  ...numbers(220).map((number) => told('stories', number)),
  ...numbers(30).map((number) => told('small talk', number)),
]
const replay = new Replay(
  {
    file,
    workload: '',
    dataDir: join(folder, 'data'),
    productionModel: 'gpt-4o',
    examplesMin: 200,
  },
  () => {},
)
let report: ReplayReport

beforeAll(async () => {
  writeFileSync(file, ['no call', ...lines, '{"request": {}}', routed(7)].join('\n'))
  for (const { run } of replay.steps) await run(() => {})
  report = await makeReplayReport(replay, 1)
}, 300_000)

afterAll(async () => {
  await replay.stop({ keep: false })
  rmSync(folder, { recursive: true, force: true })
  expect(existsSync(folder)).toBe(false)
}, 60_000)

const workload = (name: string) => report.workloads.find((one) => one.workload === name)

test('every call of the file is stored once, malformed lines are told', () => {
  expect(report).toMatchObject({
    lines: 1353,
    published: 1351,
    differentIds: 1351,
    malformed: 2,
    malformedBy: { 'is not JSON': 1, 'has no response': 1 },
    lost: 0,
    doubled: 0,
    rows: { inference_logs: 1351, curated: 1350, dead_letters: 0 },
  })
})

test('a workload of choices gets a champion that beats the majority class', () => {
  const { datasets, verdicts, promotions } = workload('routing') ?? {}
  expect(datasets).toHaveLength(1)
  expect(promotions).toBeGreaterThan(0)
  for (const { accuracy, majority } of verdicts ?? []) expect(accuracy).toBeGreaterThan(majority)
})

test('what could not be done has its reason', () => {
  expect(workload('stories')).toMatchObject({ verdicts: [], datasets: [{ cause: 'volume' }] })
  expect(workload('small talk')).toMatchObject({ verdicts: [], datasets: [], examples: 30 })
  const text = replayText(report)
  expect(text).toContain('line 1 is not JSON')
  expect(text).toContain('the trainer dropped the dataset (no choice to learn)')
  expect(text).toContain('No dataset: 30 curated examples, 200 needed')
  const widest = Math.max(...text.split('\n').map((line) => line.length))
  expect(widest).toBeLessThanOrEqual(120)
})
