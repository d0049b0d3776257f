import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { freePorts } from './ports.ts'
import { type ChildSpecification, supervise } from './supervisor.ts'

const server = (port: number) =>
  `require('node:http').createServer((_, r) => r.end(String(process.pid))).listen(${port}, '127.0.0.1')`

const childOn = (port: number): ChildSpecification => ({
  name: 'child',
  command: process.execPath,
  args: ['-e', server(port)],
  environment: {},
  logFile: join(mkdtempSync(join(tmpdir(), 'supervisor-')), 'child.log'),
  ready: async () => void (await fetch(`http://127.0.0.1:${port}`)),
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

const pidOf = (child: { pid: () => number | undefined }): number => {
  const pid = child.pid()
  if (pid === undefined) throw new Error('no process')
  return pid
}

test('a child that is killed comes back on its port, and stop ends it for good', async () => {
  const [port = 0] = await freePorts(1)
  const said: string[] = []
  const child = await supervise(childOn(port), (line) => said.push(line))
  const first = pidOf(child)
  process.kill(first, 'SIGKILL')
  await vi.waitFor(() => expect(child.restarts()).toBe(1), 5000)
  await child.whenReady()
  const second = pidOf(child)
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe(String(second))
  expect(said).toEqual(['child ended; starting it again'])
  await child.stop()
  expect([first, second].map(isAlive)).toEqual([false, false])
})

test('a child that ends before it is ready is told with its own last words', async () => {
  const [port = 0] = await freePorts(1)
  const broken = {
    ...childOn(port),
    args: ['-e', 'console.error("no such disk"); process.exit(3)'],
  }
  await expect(supervise(broken)).rejects.toThrow(/child ended:\s+no such disk/)
})

const startSupervisor = async (port: number): Promise<{ process: ChildProcess; pid: number }> => {
  const module = fileURLToPath(new URL('supervisor.ts', import.meta.url))
  const script = `
    import { supervise } from ${JSON.stringify(module)}
    const child = await supervise({ name: 'child', command: process.execPath,
      args: ['-e', ${JSON.stringify(server(port))}], environment: {}, logFile: '/dev/null',
      ready: async () => { await fetch('http://127.0.0.1:${port}') } })
    process.stdout.write(String(child.pid()))
    setInterval(() => {}, 1000)`
  const supervisor = spawn(process.execPath, ['--input-type=module', '-e', script])
  const [said] = await once(supervisor.stdout, 'data')
  return { process: supervisor, pid: Number(said) }
}

test('a supervisor that is killed leaves no child behind', async () => {
  const [port = 0] = await freePorts(1)
  const supervisor = await startSupervisor(port)
  expect(isAlive(supervisor.pid)).toBe(true)
  supervisor.process.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(supervisor.pid)).toBe(false), 8000)
})
