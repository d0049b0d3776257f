import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test, vi } from 'vitest'
import { freePorts } from './ports.ts'
import { identify } from './process-identity.ts'
import { backoffMs, type ChildSpecification, supervise } from './supervisor.ts'

const folder = mkdtempSync(join(tmpdir(), 'supervisor-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Answers with its own process id; has a child of its own, whose id /child tells. */
const server = (port: number) => `
  const { pid } = require('node:child_process').spawn('sleep', ['600'])
  require('node:http').createServer((q, r) => r.end(String(q.url === '/child' ? pid : process.pid)))
    .listen(${port}, '127.0.0.1')`

const ask = async (port: number, path = '/'): Promise<number> =>
  Number(await (await fetch(`http://127.0.0.1:${port}${path}`)).text())

const childOn = (port: number): ChildSpecification => ({
  name: 'child',
  command: process.execPath,
  args: ['-e', server(port)],
  environment: {},
  logFile: join(folder, `${port}.log`),
  ready: async () => void (await ask(port)),
})

const isAlive = (pid: number): boolean => identify(pid) !== undefined

test('a child that is killed comes back on its port, and stop ends it and its own for good', async () => {
  const [port = 0] = await freePorts(1)
  const said: string[] = []
  const spawned: number[] = []
  const child = await supervise(childOn(port), (line) => said.push(line), {
    onSpawn: (pid) => spawned.push(pid),
  })
  const first = await ask(port)
  const grandchild = await ask(port, '/child')
  expect([child.pid(), ...spawned]).toEqual([first, first])
  process.kill(first, 'SIGKILL')
  await child.whenReady(1)
  const second = await ask(port)
  const [, nextGrandchild] = [second, await ask(port, '/child')]
  expect(child.pid()).toBe(second)
  expect(spawned).toEqual([first, second])
  expect(said).toEqual(['child ended (SIGKILL); starting it again', 'child is back'])
  await child.stop()
  await vi.waitFor(() =>
    expect([first, grandchild, second, nextGrandchild].map(isAlive)).toEqual(Array(4).fill(false)),
  )
  expect(child.restarts()).toBe(1)
  await expect(child.whenReady()).rejects.toThrow('stopped')
})

test('a child that does not care about SIGTERM is killed when its time is over', async () => {
  const [port = 0] = await freePorts(1)
  const deaf = { ...childOn(port), args: ['-e', `process.on('SIGTERM', () => {});${server(port)}`] }
  const child = await supervise(deaf)
  const pid = await ask(port)
  await child.stop(300)
  expect(isAlive(pid)).toBe(false)
})

test('a child that ends before it is ready is told with its own last words, none of an earlier run', async () => {
  const [port = 0] = await freePorts(1)
  const broken = (words: string) => ({
    ...childOn(port),
    args: ['-e', `console.error(${JSON.stringify(words)}); process.exit(3)`],
  })
  await expect(supervise(broken('no such disk'))).rejects.toThrow(
    'child ended (exit code 3):\nno such disk',
  )
  await expect(supervise(broken('disk full'))).rejects.toThrow(/^child ended .*:\ndisk full$/)
  expect(readFileSync(join(folder, `${port}.log`), 'utf8')).toBe('no such disk\ndisk full\n')
})

test('a command that is not there is told so', async () => {
  const [port = 0] = await freePorts(1)
  const missing = { ...childOn(port), command: 'no-such-program' }
  await expect(supervise(missing)).rejects.toThrow(/exit code 127.*no-such-program/s)
})

test('a child that never gets ready is ended, and so is one whose start is given up', async () => {
  const [port = 0] = await freePorts(1)
  const pids: number[] = []
  const never = {
    ...childOn(port),
    readyWithinMs: 300,
    ready: () => Promise.reject(new Error('not yet')),
  }
  const onSpawn = (pid: number) => void pids.push(pid)
  await expect(supervise(never, undefined, { onSpawn })).rejects.toThrow('is not ready')
  const given = AbortSignal.timeout(300)
  const patient = { ...never, readyWithinMs: 60_000 }
  await expect(supervise(patient, undefined, { signal: given, onSpawn })).rejects.toThrow('timeout')
  expect(pids.map(isAlive)).toEqual([false, false])
})

test('a child that keeps failing is started less and less often, and can be stopped in between', async () => {
  expect([0, 1, 2, 10, 2000].map(backoffMs)).toEqual([100, 200, 400, 5000, 5000])
  const [port = 0] = await freePorts(1)
  const said: string[] = []
  // It works once: the next one finds its mark and ends.
  const mark = JSON.stringify(join(folder, `${port}.mark`))
  const once = `const fs = require('node:fs'); if (fs.existsSync(${mark})) process.exit(7)
    fs.writeFileSync(${mark}, '');${server(port)}`
  const child = await supervise({ ...childOn(port), args: ['-e', once] }, (line) => said.push(line))
  process.kill(await ask(port), 'SIGKILL')
  await vi.waitFor(() => expect(child.restarts()).toBeGreaterThanOrEqual(2), 10_000)
  expect(said).toContain('child ended (exit code 7); starting it again')
  const waiting = child.whenReady(1)
  await child.stop()
  await expect(waiting).rejects.toThrow('stopped')
  const pid = child.pid() ?? 0
  expect(isAlive(pid)).toBe(false)
})

/** A process of its own that supervises two children and tells their ids. */
const startSupervisor = async (ports: readonly number[]) => {
  const module = fileURLToPath(new URL('supervisor.ts', import.meta.url))
  const script = `
    import { supervise } from ${JSON.stringify(module)}
    const start = ([port, source]) => supervise({ name: 'child', command: process.execPath,
      args: ['-e', source], environment: {}, logFile: '/dev/null',
      ready: async () => { await fetch('http://127.0.0.1:' + port) } })
    const children = await Promise.all(JSON.parse(process.argv[1]).map(start))
    process.stdout.write(JSON.stringify(children.map((child) => child.pid())))`
  const sources = JSON.stringify(ports.map((port) => [port, server(port)]))
  const supervisor = spawn(process.execPath, ['--input-type=module', '-e', script, sources])
  const [said] = await once(supervisor.stdout, 'data')
  return { process: supervisor, pids: JSON.parse(String(said)) as number[] }
}

test('a supervisor that is killed leaves no child behind, however often they were restarted', async () => {
  const ports = await freePorts(2)
  const supervisor = await startSupervisor(ports)
  const grandchildren = await Promise.all(ports.map((port) => ask(port, '/child')))
  const [first = 0] = supervisor.pids
  process.kill(first, 'SIGKILL')
  const again = await vi.waitFor(async () => {
    const pid = await ask(ports[0] ?? 0)
    expect(pid).not.toBe(first)
    return pid
  }, 8000)
  const all = [...supervisor.pids, ...grandchildren, again]
  expect(isAlive(again)).toBe(true)
  supervisor.process.kill('SIGKILL')
  await vi.waitFor(() => expect(all.filter(isAlive)).toEqual([]), 8000)
}, 20_000)
