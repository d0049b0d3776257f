import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { Core } from './core.ts'
import type { EncodedRecord } from './log-record.ts'
import { registryServer } from './server.ts'
import { memoryStore, type SchemaStore } from './store.ts'

const apps: FastifyInstance[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

const start = async (log: EncodedRecord[] = [], change = (store: SchemaStore) => store) => {
  const app = registryServer(await Core.open((apply) => change(memoryStore(apply, log))))
  apps.push(app)
  return async (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    body?: object | string,
  ): Promise<{ status: number; body: unknown; type: unknown }> => {
    const payload = typeof body === 'object' ? JSON.stringify(body) : body
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' }
    const answer = await app.inject({
      method,
      url,
      headers,
      ...(payload === undefined ? {} : { payload }),
    })
    return {
      status: answer.statusCode,
      body: answer.json(),
      type: answer.headers['content-type'],
    }
  }
}

const record = (...fields: readonly (readonly [name: string, type: unknown, value?: unknown])[]) =>
  JSON.stringify({
    type: 'record',
    name: 'R',
    namespace: 'acme',
    fields: fields.map(([name, type, value]) => ({
      name,
      type,
      ...(value === undefined ? {} : { default: value }),
    })),
  })

const one = { schema: record(['x', 'int']) }
const two = { schema: record(['x', 'int'], ['y', 'string', '']) }
const breaking = { schema: record(['x', 'int'], ['z', 'string']) }
const refusal = (status: number, code: number) => ({ status, body: { error_code: code } })

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

const widened = { schema: record(['x', 'long']) }
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

const address = JSON.stringify({
  type: 'record',
  name: 'Address',
  namespace: 'acme',
  fields: [{ name: 'country', type: 'acme.Country' }],
})
const country = JSON.stringify({ type: 'enum', name: 'acme.Country', symbols: ['DE', 'CH'] })
const customer = {
  schema: record(['home', 'Address'], ['work', ['null', 'Address'], null]),
  references: [{ name: 'acme.Address', subject: 'address', version: 1 }],
}

test('references are resolved through their own references', async () => {
  const call = await start()
  expect(await call('POST', '/subjects/customer/versions', customer)).toMatchObject(
    refusal(422, 42201),
  )
  await call('POST', '/subjects/country/versions', { schema: country })
  const references = [{ name: 'acme.Country', subject: 'country', version: -1 }]
  await call('POST', '/subjects/address/versions', { schema: address, references })
  expect(await call('POST', '/subjects/customer/versions', customer)).toMatchObject({
    body: { id: 3, references: customer.references },
  })
  expect((await call('GET', '/subjects/address/versions/latest')).body).toMatchObject({
    references: [{ name: 'acme.Country', subject: 'country', version: 1 }],
  })
  expect((await call('GET', '/schemas/ids/3?format=resolved')).body).toMatchObject({
    schema: expect.stringContaining('"symbols":["DE","CH"]'),
  })
  expect((await call('GET', '/subjects/country/versions/1/referencedby')).body).toEqual([2])
  expect(await call('DELETE', '/subjects/country')).toMatchObject(refusal(422, 42206))
  expect(await call('DELETE', '/subjects/address/versions/1')).toMatchObject(refusal(422, 42206))
})

test('compatibility looks into references', async () => {
  const call = await start()
  await call('POST', '/subjects/country/versions', { schema: country })
  const fewer = { schema: country.replace('"DE",', '') }
  await call('PUT', '/config/country', { compatibility: 'NONE' })
  await call('POST', '/subjects/country/versions', fewer)
  const at = (version: number) => ({
    schema: address,
    references: [{ name: 'acme.Country', subject: 'country', version }],
  })
  await call('POST', '/subjects/address/versions', at(1))
  expect(await call('POST', '/subjects/address/versions', at(2))).toMatchObject(refusal(409, 409))
})

test('normalizing makes one schema of two that differ in attributes and order of references', async () => {
  const call = await start()
  const withMore = (more: object) => ({
    schema: JSON.stringify({ ...JSON.parse(one.schema), ...more }),
  })
  await call('POST', '/subjects/a/versions?normalize=true', withMore({ b: 1, a: 2 }))
  expect(
    await call('POST', '/subjects/a/versions?normalize=true', withMore({ a: 2, b: 1 })),
  ).toMatchObject({ body: { id: 1, version: 1 } })
  await call('PUT', '/config/a', { normalize: true })
  expect(await call('POST', '/subjects/a', withMore({ b: 1, a: 2 }))).toMatchObject({ status: 200 })
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

test('a subject may have any name', async () => {
  const call = await start()
  const subject = encodeURIComponent(`orders/eu value%25:${'x'.repeat(200)}`)
  expect(await call('POST', `/subjects/${subject}/versions`, one)).toMatchObject({ status: 200 })
  expect((await call('GET', '/subjects')).body).toEqual([decodeURIComponent(subject)])
})
