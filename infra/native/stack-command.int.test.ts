import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test, vi } from 'vitest'
import { ensureTopics } from '../kafka/ensure-topics.ts'
import type { StackAddresses } from './stack-parts.ts'
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

const folder = mkdtempSync(join(tmpdir(), 'stack-'))
const commands: ChildProcess[] = []

afterAll(async () => {
  for (const command of commands)
    if (command.exitCode === null && command.signalCode === null) {
      command.kill('SIGTERM')
      await once(command, 'exit')
    }
  rmSync(folder, { recursive: true })
})

interface Announcement extends StackAddresses {
  readonly pids: Readonly<Record<string, number>>
}

const run = (dataDir: string): ChildProcess & { readonly said: () => string } => {
  const script = fileURLToPath(new URL('stack.ts', import.meta.url))
  const child = spawn(process.execPath, [script, '--data', dataDir, '--password', 'secret'], {
    env: { ...process.env, STARTED_BY_TEST: dataDir },
  })
  commands.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  return Object.assign(child, { said: () => said })
}

const whenUp = async (dataDir: string, command: ReturnType<typeof run>): Promise<Announcement> => {
  await vi.waitFor(() => expect(command.said()).toContain('Ctrl-C'), 60_000)
  return JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8')) as Announcement
}

test('the command survives a SIGKILL with ports and data, refuses a second start, and stops clean', async () => {
  const dataDir = join(folder, 'whole')
  const killed = run(dataDir)
  const before = await whenUp(dataDir, killed)
  expect(Object.keys(before.pids).sort()).toEqual(['clickhouse', 'kafka', 'registry', 'supervisor'])
  await ensureTopics(before.kafka.brokers, [{ name: 'things', partitions: 1, config: {} }])
  await send(before, values(0))
  await register(before)
  await askClickHouse(before, 'CREATE TABLE things (n Int32) ENGINE = MergeTree ORDER BY n')
  await askClickHouse(before, 'INSERT INTO things SELECT number FROM numbers(1000)')

  const second = run(dataDir)
  await once(second, 'exit')
  expect(second.exitCode).toBe(1)
  expect(second.said()).toContain(`in use by process ${killed.pid}`)

  killed.kill('SIGKILL')
  const again = run(dataDir)
  const after = await whenUp(dataDir, again)
  expect(Object.values(before.pids).filter(isAlive)).toEqual([])
  expect({ ...after, pids: {} }).toEqual({ ...before, pids: {} })
  expect(await readAll(after, 50)).toEqual(values(0))
  expect(await askClickHouse(after, 'SELECT count() FROM things')).toBe('1000')
  const subjects = await (await fetch(`${after.registry.url}/subjects`)).json()
  expect(subjects).toEqual(expect.arrayContaining(['things-value', 'inference-logs-value']))

  // Supervisor, watchdog and three parts.
  expect(processesOf(dataDir)).toHaveLength(hasProc ? 5 : 0)
  const askedMs = performance.now()
  again.kill('SIGTERM')
  await once(again, 'exit')
  expect(performance.now() - askedMs).toBeLessThan(10_000)
  expect(again.exitCode).toBe(0)
  expect(Object.values(after.pids).filter(isAlive)).toEqual([])
  await vi.waitFor(() => expect(processesOf(dataDir)).toEqual([]), 2000)
  expect(existsSync(join(dataDir, 'stack.json'))).toBe(false)
}, 180_000)
