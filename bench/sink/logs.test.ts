import avsc from 'avsc'
import { expect, test } from 'vitest'
import { loadSchema, topics } from '#schemas'
import { piiEngine } from '../../services/kit/privacy/index.ts'
import { idLength, idOf, logsOf } from './logs.ts'
import { poolOf } from './pool.ts'

const schema = JSON.parse(loadSchema(topics.inferenceLogs.schema)) as avsc.Schema
const type = avsc.Type.forSchema(schema, { wrapUnions: 'never' })

test('records are the same for the same seed, and others for another', () => {
  expect(logsOf(50, 7)).toEqual(logsOf(50, 7))
  expect(logsOf(50, 7)).not.toEqual(logsOf(50, 8))
})

test('records fit the schema, most in 2 to 4 KB, and one in twenty holds personal data', () => {
  const logs = logsOf(400, 1)
  const sizes = logs.map((log) => type.toBuffer(log).byteLength)
  expect(sizes.filter((size) => size > 1300 && size < 4200)).toHaveLength(400)
  expect(sizes.reduce((sum, size) => sum + size, 0) / 400).toBeGreaterThan(2000)
  const personal = logs.filter(({ request }) => {
    const { text } = { text: undefined, ...piiEngine.redact(request, 'json') }
    return text !== undefined
  })
  expect(personal).toHaveLength(20)
})

test('a record of the pool carries the id it is given, as its key and in its bytes', () => {
  const codec = { encode: (_topic: unknown, value: unknown) => type.toBuffer(value) }
  const pool = poolOf(codec, { records: 10, folder: undefined, seed: 1 })
  for (const index of [0, 9, 10, 123_456]) {
    const { key, value } = pool.recordOf('bulk', index)
    expect(key).toBe(idOf('bulk', index))
    expect(key).toHaveLength(idLength)
    expect(type.fromBuffer(value).requestId).toBe(key)
  }
})
