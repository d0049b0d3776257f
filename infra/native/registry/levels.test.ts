import { expect, test } from 'vitest'
import { breaking, one, record, refusal, start, two, widened } from './memory-registry.ts'

const emptied = { schema: record() }

const levels: readonly (readonly [string, readonly object[], object, boolean])[] = [
  ['NONE', [one], breaking, true],
  ['BACKWARD', [one], widened, true],
  ['BACKWARD', [one], breaking, false],
  ['BACKWARD', [emptied, two], one, true],
  ['BACKWARD_TRANSITIVE', [emptied, two], one, false],
  ['FORWARD', [one], breaking, true],
  ['FORWARD', [one], widened, false],
  ['FORWARD', [one, emptied], widened, true],
  ['FORWARD_TRANSITIVE', [one, emptied], widened, false],
  ['FULL', [one], two, true],
  ['FULL', [one], widened, false],
  ['FULL', [one], breaking, false],
  ['FULL_TRANSITIVE', [one, two], { schema: record(['x', 'int'], ['w', 'int', 1]) }, true],
  ['FULL_TRANSITIVE', [breaking, two], { schema: record(['x', 'int'], ['z', 'int', 1]) }, false],
]

test.each(levels)('%s after %j: %j may follow: %s', async (level, earlier, next, fits) => {
  const call = await start()
  await call('PUT', '/config/a', { compatibility: 'NONE' })
  for (const schema of earlier) await call('POST', '/subjects/a/versions', schema)
  await call('PUT', '/config/a', { compatibility: level })
  expect(await call('POST', '/compatibility/subjects/a/versions', next)).toMatchObject({
    body: { is_compatible: fits },
  })
  expect((await call('POST', '/subjects/a/versions', next)).status).toBe(fits ? 200 : 409)
})

test('says why a schema does not fit', async () => {
  const call = await start()
  await call('POST', '/subjects/a/versions', one)
  const path = '/compatibility/subjects/a/versions'
  const why = {
    is_compatible: false,
    messages: [
      expect.stringContaining("errorType:'READER_FIELD_MISSING_DEFAULT_VALUE'"),
      '{oldSchemaVersion: 1}',
      expect.stringContaining(one.schema),
      "{compatibility: 'BACKWARD'}",
    ],
  }
  expect((await call('POST', `${path}/1?verbose=true`, breaking)).body).toEqual(why)
  expect((await call('POST', `${path}/latest?verbose=true`, breaking)).body).toEqual(why)
  expect((await call('POST', `${path}?verbose=true`, breaking)).body).toEqual(why)
  expect((await call('POST', `${path}/latest`, two)).body).toEqual({ is_compatible: true })
  expect(await call('POST', `${path}/9`, two)).toMatchObject(refusal(404, 40402))
})

test('levels are set for all or for a subject, and taken back', async () => {
  const call = await start()
  expect((await call('GET', '/config')).body).toEqual({ compatibilityLevel: 'BACKWARD' })
  const put = await call('PUT', '/config', { compatibilityLevel: 'full' })
  expect(put.body).toEqual({ compatibility: 'FULL' })
  await call('PUT', '/config/a', { compatibility: 'NONE' })
  expect((await call('GET', '/config/a')).body).toEqual({ compatibilityLevel: 'NONE' })
  expect((await call('GET', '/config/b?defaultToGlobal=true')).body).toEqual({
    compatibilityLevel: 'FULL',
  })
  expect((await call('DELETE', '/config/a')).body).toEqual({ compatibilityLevel: 'NONE' })
  expect(await call('GET', '/config/a')).toMatchObject(refusal(404, 40408))
  await call('DELETE', '/config')
  expect((await call('GET', '/config')).body).toEqual({ compatibilityLevel: 'BACKWARD' })
})
