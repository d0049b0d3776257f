import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { takeLock } from './lock.ts'

const lockFile = () => join(mkdtempSync(join(tmpdir(), 'lock-')), 'stack.lock')

test('a lock is left by its release', () => {
  const file = lockFile()
  const release = takeLock(file)
  expect(existsSync(file)).toBe(true)
  release()
  expect(existsSync(file)).toBe(false)
})

test('a process that got a dead holder’s id does not hold the folder', () => {
  const file = lockFile()
  writeFileSync(file, JSON.stringify({ pid: process.ppid, started: 'at another time' }))
  expect(() => takeLock(file)).not.toThrow()
})

test('a living holder is named, a dead one is not in the way', async () => {
  const file = lockFile()
  const script = `import { takeLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}
    takeLock(${JSON.stringify(file)}); process.stdout.write('held'); setInterval(() => {}, 1000)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script])
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  expect(() => takeLock(file)).toThrow(`in use by process ${holder.pid}`)
  const ended = new Promise((resolve) => holder.once('exit', resolve))
  holder.kill('SIGKILL')
  await ended
  takeLock(file)()
})
