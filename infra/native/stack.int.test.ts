import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ensureTopics } from '../kafka/ensure-topics.ts'
import {
  askClickHouse,
  hasProc,
  isAlive,
  processesOf,
  readAll,
  register,
  send,
  values,
} from './stack-probes.ts'
import { startStack } from './start-stack.ts'

const folder = mkdtempSync(join(tmpdir(), 'stack-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a killed broker comes back with its data; nothing is left after the stop', async () => {
  const dataDir = join(folder, 'kafka-only')
  const said: string[] = []
  const stack = await startStack({ dataDir, components: ['kafka'], log: (line) => said.push(line) })
  await using _ = stack
  await ensureTopics(stack.kafka.brokers, [{ name: 'things', partitions: 1, config: {} }])
  await send(stack, values(0))
  const kafka = stack.child('kafka')
  const first = kafka.pid() ?? 0
  process.kill(first, 'SIGKILL')
  await kafka.whenReady(1)
  expect(said).toEqual(['kafka ended (SIGKILL); starting it again', 'kafka is back'])
  const announced = JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8'))
  expect(announced).toEqual({
    kafka: stack.kafka,
    registry: stack.registry,
    clickhouse: stack.clickhouse,
    pids: { supervisor: process.pid, kafka: kafka.pid() },
  })
  expect(kafka.pid()).not.toBe(first)
  expect(processesOf(dataDir).length > 0).toBe(hasProc)
  await send(stack, values(50))
  expect(await readAll(stack, 100)).toEqual([...values(0), ...values(50)])
  expect(() => stack.child('registry')).toThrow('no registry')
  const last = kafka.pid() ?? 0
  await stack.stop()
  expect([first, last].filter(isAlive)).toEqual([])
  expect(processesOf(dataDir)).toEqual([])
  expect(readdirSync(dataDir).sort()).toEqual(['kafka', 'kafka.log', 'ports.json'])
})

test('a part that can not start is told, and what had started is ended', async () => {
  const dataDir = join(folder, 'broken')
  const started = startStack({
    dataDir,
    components: ['clickhouse', 'registry'],
    signal: AbortSignal.timeout(5000),
  })
  await expect(started).rejects.toThrow('timeout')
  expect(processesOf(dataDir)).toEqual([])
  expect(existsSync(join(dataDir, 'stack.lock'))).toBe(false)
})

test('parts that are killed all at once come back on their addresses', async () => {
  await using stack = await startStack({ dataDir: join(folder, 'parts') })
  const parts = (['kafka', 'registry', 'clickhouse'] as const).map((name) => stack.child(name))
  for (const part of parts) process.kill(part.pid() ?? 0, 'SIGKILL')
  await Promise.all(parts.map((part) => part.whenReady(1)))
  await register(stack)
  expect(await askClickHouse(stack, 'SELECT 1')).toBe('1')
}, 120_000)
