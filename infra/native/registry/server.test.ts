import { expect, test } from 'vitest'
import { breaking, one, refusal, start, two } from './memory-registry.ts'

test('the same schema has one id, in whatever words and under whatever subject', async () => {
  const call = await start()
  const spaced = { schema: JSON.stringify(JSON.parse(one.schema), null, 2) }
  expect(await call('POST', '/subjects/a/versions', one)).toMatchObject({ body: { id: 1 } })
  expect(await call('POST', '/subjects/a/versions', spaced)).toMatchObject({
    body: { id: 1, version: 1 },
  })
  expect(await call('POST', '/subjects/b/versions', one)).toMatchObject({ body: { id: 1 } })
  expect(await call('POST', '/subjects/a/versions', two)).toMatchObject({ body: { id: 2 } })
  expect(await call('GET', '/subjects')).toMatchObject({ body: ['a', 'b'] })
  expect(await call('GET', '/subjects?subjectPrefix=b')).toMatchObject({ body: ['b'] })
  expect(await call('GET', '/subjects/a/versions')).toMatchObject({ body: [1, 2] })
  expect(await call('GET', '/schemas/ids/1/subjects')).toMatchObject({ body: ['a', 'b'] })
  expect(await call('GET', '/schemas/ids/1/versions')).toMatchObject({
    body: [
      { subject: 'a', version: 1 },
      { subject: 'b', version: 1 },
    ],
  })
})

test('reads by version, by id and by guid', async () => {
  const call = await start()
  await call('POST', '/subjects/a/versions', one)
  await call('POST', '/subjects/a/versions', two)
  const latest = await call('GET', '/subjects/a/versions/latest')
  expect(latest).toMatchObject({ body: { subject: 'a', version: 2, id: 2, schema: two.schema } })
  expect(await call('GET', '/subjects/a/versions/-1')).toEqual(latest)
  expect((await call('GET', '/subjects/a/versions/1/schema')).body).toEqual(JSON.parse(one.schema))
  const byId = await call('GET', '/schemas/ids/2')
  expect(byId).toMatchObject({ body: { schema: two.schema } })
  const { guid } = byId.body as { guid: string }
  expect(await call('GET', `/schemas/guids/${guid}`)).toEqual(byId)
  expect((await call('GET', '/schemas/ids/2/schema')).body).toEqual(JSON.parse(two.schema))
  expect((await call('GET', '/schemas/types')).body).toEqual(['AVRO'])
  expect(await call('GET', '/')).toEqual({
    status: 200,
    body: {},
    type: 'application/vnd.schemaregistry.v1+json',
  })
})

test('looks a schema up without registering it', async () => {
  const call = await start()
  expect(await call('POST', '/subjects/a', one)).toMatchObject(refusal(404, 40401))
  await call('POST', '/subjects/a/versions', one)
  expect(await call('POST', '/subjects/a', one)).toMatchObject({
    body: { subject: 'a', id: 1, version: 1 },
  })
  expect(await call('POST', '/subjects/a', two)).toMatchObject(refusal(404, 40403))
})

test('refuses with the documented codes', async () => {
  const call = await start()
  await call('POST', '/subjects/a/versions', one)
  const post = (body: object | string) => call('POST', '/subjects/a/versions', body)
  const cases = [
    [await call('GET', '/subjects/x/versions'), 404, 40401],
    [await call('GET', '/subjects/x/versions/1'), 404, 40401],
    [await call('GET', '/subjects/a/versions/9'), 404, 40402],
    [await call('GET', '/schemas/ids/9'), 404, 40403],
    [await call('GET', '/subjects/a/versions/0'), 422, 42202],
    [await call('GET', '/subjects/a/versions/first'), 422, 42202],
    [await post({ schema: '{"type":"nonsense"}' }), 422, 42201],
    [await post({ schema: '{}', schemaType: 'JSON' }), 422, 42201],
    [await post({ schema: 'syntax = "proto3";', schemaType: 'PROTOBUF' }), 422, 42201],
    [await post({ ...one, ruleSet: { domainRules: [] } }), 422, 42201],
    [await post({}), 422, 422],
    [await post('{'), 400, 400],
    [await post(breaking), 409, 409],
    [await post({ ...two, id: 7 }), 422, 42205],
    [await call('PUT', '/config', { compatibility: 'SOMETIMES' }), 422, 42203],
    [await call('PUT', '/config', {}), 422, 42203],
    [await call('PUT', '/mode', { mode: 'CLOSED' }), 422, 42204],
    [await call('GET', '/config/a'), 404, 40408],
    [await call('GET', '/mode/a'), 404, 40409],
    [await call('GET', '/nowhere'), 404, 404],
  ] as const
  for (const [answer, status, code] of cases) {
    expect(answer).toMatchObject({
      ...refusal(status, code),
      type: expect.stringMatching(/^application\/vnd/),
    })
  }
})

test('a refusal for another type of schema says what is served', async () => {
  const call = await start()
  const answer = await call('POST', '/subjects/a/versions', { schema: '{}', schemaType: 'JSON' })
  expect(answer.body).toMatchObject({ message: expect.stringContaining('Avro schemas only') })
})

test('a subject may have any name', async () => {
  const call = await start()
  const subject = encodeURIComponent(`orders/eu value%25:${'x'.repeat(200)}`)
  expect(await call('POST', `/subjects/${subject}/versions`, one)).toMatchObject({ status: 200 })
  expect((await call('GET', '/subjects')).body).toEqual([decodeURIComponent(subject)])
})
