import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { identify, isIdentity, isRunning, signalGroup } from './process-identity.ts'

test('a process is itself while it lives, and nobody once it is dead', async () => {
  const child = spawn('sleep', ['60'], { detached: true })
  await once(child, 'spawn')
  const identity = identify(child.pid ?? 0)
  if (identity === undefined) throw new Error('the child is not there')
  expect(isIdentity(JSON.parse(JSON.stringify(identity)))).toBe(true)
  expect(isRunning(identity)).toBe(true)
  expect(isRunning({ ...identity, started: 'at another time' })).toBe(false)
  const ended = once(child, 'exit')
  signalGroup(identity.pid, 'SIGKILL')
  await ended
  expect(isRunning(identity)).toBe(false)
  expect(() => signalGroup(identity.pid, 'SIGKILL')).not.toThrow()
})

test.each([null, 7, 'x', [], {}, { pid: '1', started: 'x' }, { pid: 1 }, { pid: 1, started: 2 }])(
  '%j is no identity',
  (value) => {
    expect(isIdentity(value)).toBe(false)
  },
)
