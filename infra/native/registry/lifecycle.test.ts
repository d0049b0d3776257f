import { expect, test } from 'vitest'
import type { EncodedRecord } from './log-record.ts'
import { breaking, one, record, refusal, start, two, widened } from './memory-registry.ts'
import type { SchemaStore } from './store.ts'

test('deletes softly, then for good, and never gives an id twice', async () => {
  const log: EncodedRecord[] = []
  const call = await start(log)
  await call('POST', '/subjects/a/versions', one)
  await call('POST', '/subjects/a/versions', two)
  expect(await call('DELETE', '/subjects/a/versions/2?permanent=true')).toMatchObject(
    refusal(404, 40407),
  )
  expect((await call('DELETE', '/subjects/a/versions/2')).body).toBe(2)
  expect(await call('DELETE', '/subjects/a/versions/2')).toMatchObject(refusal(404, 40406))
  expect(await call('GET', '/subjects/a/versions/2')).toMatchObject(refusal(404, 40402))
  expect(await call('GET', '/subjects/a/versions/2?deleted=true')).toMatchObject({ status: 200 })
  expect(await call('GET', '/schemas/ids/2')).toMatchObject({ status: 200 })
  expect((await call('DELETE', '/subjects/a/versions/2?permanent=true')).body).toBe(2)
  expect(await call('GET', '/schemas/ids/2')).toMatchObject(refusal(404, 40403))

  expect(await call('DELETE', '/subjects/a?permanent=true')).toMatchObject(refusal(404, 40405))
  expect((await call('DELETE', '/subjects/a')).body).toEqual([1])
  expect(await call('DELETE', '/subjects/a')).toMatchObject(refusal(404, 40404))
  expect((await call('GET', '/subjects')).body).toEqual([])
  expect((await call('GET', '/subjects?deleted=true')).body).toEqual(['a'])
  expect((await call('DELETE', '/subjects/a?permanent=true')).body).toEqual([1])
  expect((await call('GET', '/subjects?deleted=true')).body).toEqual([])

  const compacted = [...new Map(log.map((entry) => [entry.key, entry])).values()]
  const again = await start(compacted.filter(({ value }) => value !== null))
  expect(await again('POST', '/subjects/a/versions', two)).toMatchObject({
    body: { id: 3, version: 1 },
  })
})

test('a schema registered again after a soft deletion keeps its id in a new version', async () => {
  const call = await start()
  await call('POST', '/subjects/a/versions', one)
  await call('DELETE', '/subjects/a')
  expect(await call('POST', '/subjects/a/versions', one)).toMatchObject({
    body: { id: 1, version: 2 },
  })
  expect((await call('GET', '/subjects/a/versions')).body).toEqual([2])
})

test('modes forbid writing, or let ids be brought in', async () => {
  const call = await start()
  await call('POST', '/subjects/a/versions', one)
  expect((await call('PUT', '/mode/a', { mode: 'READONLY' })).body).toEqual({ mode: 'READONLY' })
  expect(await call('POST', '/subjects/a/versions', two)).toMatchObject(refusal(422, 42205))
  expect(await call('DELETE', '/subjects/a')).toMatchObject(refusal(422, 42205))
  expect(await call('POST', '/subjects/a/versions', one)).toMatchObject({ body: { id: 1 } })
  expect((await call('DELETE', '/mode/a')).body).toEqual({ mode: 'READONLY' })
  expect((await call('GET', '/mode/a?defaultToGlobal=true')).body).toEqual({ mode: 'READWRITE' })

  expect(await call('PUT', '/mode/a', { mode: 'IMPORT' })).toMatchObject(refusal(422, 42205))
  await call('PUT', '/mode/b', { mode: 'IMPORT' })
  const brought = { ...two, id: 50, version: 3 }
  expect(await call('POST', '/subjects/b/versions', brought)).toMatchObject({
    body: { id: 50, version: 3 },
  })
  expect(await call('POST', '/subjects/b/versions', { ...breaking, id: 1 })).toMatchObject(
    refusal(422, 42205),
  )
  expect(await call('POST', '/subjects/b/versions', breaking)).toMatchObject(refusal(422, 42205))
  await call('DELETE', '/mode/b')
  expect(await call('POST', '/subjects/c/versions', breaking)).toMatchObject({ body: { id: 51 } })
})

test('a restart on the same log answers the same', async () => {
  const log: EncodedRecord[] = []
  const call = await start(log)
  await call('PUT', '/config', { compatibility: 'FULL' })
  await call('POST', '/subjects/a/versions', one)
  await call('POST', '/subjects/a/versions', two)
  await call('DELETE', '/subjects/a/versions/1')
  await call('POST', '/subjects/b/versions', breaking)
  await call('PUT', '/mode/b', { mode: 'READONLY' })
  const again = await start([...log])
  for (const path of [
    '/subjects/a/versions',
    '/schemas/ids/1',
    '/schemas/ids/3',
    '/config',
    '/mode/b',
  ]) {
    expect(await again('GET', path)).toEqual(await call('GET', path))
  }
  expect(await again('POST', '/subjects/c/versions', widened)).toMatchObject({ body: { id: 4 } })
})

test('writes that come at once get different ids, the same schema the same one', async () => {
  const slow = (store: SchemaStore): SchemaStore => ({
    ...store,
    append: async (records) => {
      await new Promise(setImmediate)
      await store.append(records)
    },
  })
  const call = await start([], slow)
  const many = Array.from({ length: 20 }, (_, index) => ({
    schema: record([`f${index % 10}`, 'int']),
  }))
  const answers = await Promise.all(
    many.map((schema, index) => call('POST', `/subjects/s${index}/versions`, schema)),
  )
  const ids = answers.map(({ body }) => (body as { id: number }).id)
  expect(new Set(ids.slice(0, 10)).size).toBe(10)
  expect(ids.slice(10)).toEqual(ids.slice(0, 10))
})

test('a log that can not be written fails the write alone, and known schemas are still answered', async () => {
  let broken = false
  const breakable = (store: SchemaStore): SchemaStore => ({
    ...store,
    append: async (records) => {
      if (broken) throw new Error('no broker')
      await store.append(records)
    },
  })
  const call = await start([], breakable)
  await call('POST', '/subjects/a/versions', one)
  broken = true
  expect(await call('POST', '/subjects/a/versions', two)).toMatchObject(refusal(500, 50001))
  expect(await call('POST', '/subjects/a/versions', one)).toMatchObject({ body: { id: 1 } })
  broken = false
  expect(await call('POST', '/subjects/a/versions', two)).toMatchObject({ body: { id: 2 } })
})
