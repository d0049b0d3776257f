import { afterAll, afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { cleanUp, ended, kill, post, type Running, schemaOf, start, x } from './registry-process.ts'

afterAll(cleanUp)

let running: Running
afterEach(async () => kill(running))

const register = (index: number) =>
  post(`${running.url}/subjects/kept-${index}/versions`, {
    schema: schemaOf(`Kept${index}`, x),
  })

test('every acknowledged id outlives SIGKILL, and none is given twice', async () => {
  const acknowledged = new Map<number, number>()
  for (let round = 0; round < 3; round += 1) {
    running = await start()
    const writes = Array.from({ length: 20 }, async (_, step) => {
      const index = round * 20 + step
      const { body } = await register(index)
      if (body.id !== undefined) acknowledged.set(index, body.id)
      if (step === 7) running.child.kill('SIGKILL')
    })
    await Promise.allSettled(writes)
    await kill(running)
  }
  expect(acknowledged.size).toBeGreaterThanOrEqual(3 * 8)
  running = await start()
  for (const [index, id] of acknowledged) expect((await register(index)).body.id).toBe(id)
  const all = await Promise.all(Array.from({ length: 60 }, (_, index) => register(index)))
  expect(new Set(all.map(({ body }) => body.id)).size).toBe(60)
})

test('there is one writer: a second registry takes over and the first ends at its next write', async () => {
  const former = await start()
  running = await start()
  expect((await register(100)).status).toBe(200)
  const late = { schema: schemaOf('Late', x) }
  const answer = await post(`${former.url}/subjects/late/versions`, late).then(
    ({ status }) => status,
    () => 'none',
  )
  expect(answer).not.toBe(200)
  expect(await ended(former.child)).toBe(1)
  const subjects = await fetch(`${running.url}/subjects`)
  expect(z.array(z.string()).parse(await subjects.json())).not.toContain('late')
})

test('it ends when the process that started it is gone', async () => {
  running = await start()
  running.child.stdin?.end()
  expect(await ended(running.child)).toBe(0)
})
