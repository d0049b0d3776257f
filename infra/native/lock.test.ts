import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { takeLock } from './lock.ts'

const folders: string[] = []

const lockFile = () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'))
  folders.push(folder)
  return join(folder, 'stack.lock')
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A process that tries to take the lock, says what came of it, and stays. */
const contender = async (file: string) => {
  const script = `import { takeLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}
    let said = 'held'
    try { takeLock(${JSON.stringify(file)}) } catch (error) { said = error.message }
    process.stdout.write(said); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script])
  const [said] = await once(child.stdout, 'data')
  const kill = async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  return { said: String(said), pid: child.pid, kill }
}

test('a lock is left by its release, and nothing beside it', () => {
  const file = lockFile()
  const release = takeLock(file)
  expect(readdirSync(dirname(file))).toEqual(['stack.lock'])
  release()
  expect(existsSync(file)).toBe(false)
})

test('a release given twice does not free the next holder’s lock', () => {
  const file = lockFile()
  const release = takeLock(file)
  release()
  const next = takeLock(file)
  release()
  expect(existsSync(file)).toBe(true)
  next()
})

test('the same process can not take one folder twice', () => {
  const file = lockFile()
  const release = takeLock(file)
  expect(() => takeLock(file)).toThrow(`in use by process ${process.pid}`)
  release()
  takeLock(file)()
})

test.each([
  ['a process that got a dead holder’s id', { pid: process.ppid, started: 'at another time' }],
  ['our own id of another life', { pid: process.pid, started: 'at another time' }],
  ['a file that was cut off', undefined],
])('%s does not hold the folder', (_, holder) => {
  const file = lockFile()
  writeFileSync(file, holder === undefined ? '{"pid"' : JSON.stringify(holder))
  takeLock(file)()
})

test('a living holder is named, a killed one is not in the way', async () => {
  const file = lockFile()
  const holder = await contender(file)
  expect(holder.said).toBe('held')
  expect(() => takeLock(file)).toThrow(`in use by process ${holder.pid}`)
  await holder.kill()
  takeLock(file)()
})

test('of several that find a dead holder’s lock, one gets it', async () => {
  const file = lockFile()
  writeFileSync(file, JSON.stringify({ pid: process.ppid, started: 'at another time' }))
  const contenders = await Promise.all(Array.from({ length: 4 }, () => contender(file)))
  const winners = contenders.filter(({ said }) => said === 'held')
  await Promise.all(contenders.map(({ kill }) => kill()))
  expect(winners).toHaveLength(1)
  for (const { said } of contenders)
    if (said !== 'held') expect(said).toContain(`in use by process ${winners[0]?.pid}`)
})
