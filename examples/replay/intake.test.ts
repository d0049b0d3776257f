import { expect, test } from 'vitest'
import type { InferenceLog } from '#schemas'
import { takeIn } from './intake.ts'

const line = (content: string, change: object = {}): string =>
  JSON.stringify({
    request: { messages: [{ role: 'user', content }] },
    response: { choices: [{ message: { role: 'assistant', content: 'yes' } }] },
    workload_id: 'w',
    ...change,
  })

const take = async (lines: readonly string[]) => {
  const sent: InferenceLog[][] = []
  const chunks = async function* () {
    yield Buffer.from(lines.join('\n'))
  }
  const publish = async (logs: readonly InferenceLog[]) => {
    sent.push([...logs])
  }
  const intake = await takeIn(chunks(), { workload: '', nowMs: 1_700_000_000_000, publish })
  return { intake, sent }
}

test('good lines are published in order and counted by workload', async () => {
  const many = Array.from({ length: 150 }, (_, i) => line(`question ${i}`))
  const { intake, sent } = await take([
    `\uFEFF${line('first')}`,
    ...many,
    line('x', { workload_id: 'v' }),
  ])
  expect(sent.map((logs) => logs.length)).toEqual([100, 52])
  expect(intake).toMatchObject({ lines: 152, published: 152, malformed: 0, faults: [] })
  expect(intake.ids.size).toBe(152)
  expect(intake.workloads).toEqual([
    { workload: 'w', calls: 151 },
    { workload: 'v', calls: 1 },
  ])
  const times = sent.flat().map(({ eventTimeMs }) => eventTimeMs)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

test('malformed lines are counted with number and reason and stop nothing; empty ones are none', async () => {
  const huge = line('x'.repeat(1_000_000))
  const { intake, sent } = await take([line('a'), '', 'nonsense', ' \r', huge, '{}', line('b')])
  expect(sent.flat()).toHaveLength(2)
  expect(intake).toMatchObject({
    lines: 5,
    published: 2,
    malformed: 3,
    malformedBy: { 'is not JSON': 1, 'is longer than 900000 bytes': 1, 'has no request': 1 },
    faults: [
      { line: 3, reason: 'is not JSON' },
      { line: 5, reason: 'is longer than 900000 bytes' },
      { line: 6, reason: 'has no request' },
    ],
  })
})

test('of many malformed lines only the first are kept', async () => {
  const { intake } = await take(Array.from({ length: 5000 }, () => '['))
  expect(intake.malformed).toBe(5000)
  expect(intake.faults).toHaveLength(20)
})

test('an id that comes again is published again: the sink marks it', async () => {
  const { intake } = await take([line('a', { id: 'same' }), line('b', { id: 'same' })])
  expect([intake.published, intake.ids.size]).toEqual([2, 1])
})
