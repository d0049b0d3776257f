import { createHash } from 'node:crypto'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { BadArtifact, decodeStudent, encodeStudent } from './artifact.ts'
import { predict } from './model.ts'
import { someRequests } from './testing.ts'
import { trainStudent } from './train.ts'

const examples = someRequests(80, { seed: 5 })
const features = { bits: 12, charactersMin: 3, charactersMax: 4, textCharactersMax: 500 }
const answers = { bill: '{"role":"assistant"}', travel: '{}', garden: '{}' }
const { model } = trainStudent({ examples, answers, seed: 2, features })
const bytes = encodeStudent(model)

/** The artifact with another header and a hash that holds. */
const forged = (change: (header: Record<string, unknown>) => void): Buffer => {
  const length = bytes.readUInt32LE(8)
  const header = JSON.parse(bytes.subarray(12, 12 + length).toString()) as Record<string, unknown>
  change(header)
  const json = Buffer.from(JSON.stringify(header))
  const size = Buffer.alloc(4)
  size.writeUInt32LE(json.length)
  return sealed(Buffer.concat([bytes.subarray(0, 8), size, json, bytes.subarray(12 + length, -32)]))
}

const sealed = (body: Buffer): Buffer =>
  Buffer.concat([body, createHash('sha256').update(body).digest()])

describe('an artifact', () => {
  test('gives the same student back, and the same bytes again', () => {
    const read = decodeStudent(bytes)
    expect(read).toEqual(model)
    expect(encodeStudent(read).equals(bytes)).toBe(true)
    for (const { text } of examples.slice(0, 20))
      expect(predict(read, text)).toEqual(predict(model, text))
  })

  test('of two labels has one column', () => {
    const two = someRequests(80, { seed: 6, kinds: 2 })
    const trained = trainStudent({ examples: two, answers: {}, seed: 2, features })
    const read = decodeStudent(encodeStudent(trained.model))
    expect(read.linear.columns).toBe(1)
    expect(predict(read, 'invoice')).toEqual(predict(trained.model, 'invoice'))
  })

  test('is read at any offset of a larger buffer', () => {
    const larger = Buffer.concat([Buffer.from('abc'), bytes])
    expect(decodeStudent(larger.subarray(3))).toEqual(model)
  })

  test.each([
    ['nothing', Buffer.alloc(0), 'no student'],
    [
      'another file',
      Buffer.from('PK\x03\x04 some zip or other, long enough to read'),
      'no student',
    ],
    ['its name alone', bytes.subarray(0, 8), 'cut short'],
    ['its first half', bytes.subarray(0, bytes.length / 2), 'hash does not hold'],
    ['one byte too many', Buffer.concat([bytes, Buffer.alloc(1)]), 'hash does not hold'],
    ['four bytes less', sealed(bytes.subarray(0, -36)), 'its header promises'],
    [
      'four bytes more',
      sealed(Buffer.concat([bytes.subarray(0, -32), Buffer.alloc(4)])),
      'promises',
    ],
    [
      'an endless header',
      sealed(Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(4, 255)])),
      'ends in its header',
    ],
    [
      'a header of no JSON',
      sealed(Buffer.concat([bytes.subarray(0, 8), Buffer.from([4, 0, 0, 0]), Buffer.from('{{{{')])),
      'not JSON',
    ],
  ])('of %s is refused', (_, broken, reason) => {
    expect(() => decodeStudent(broken)).toThrow(BadArtifact)
    expect(() => decodeStudent(broken)).toThrow(reason)
  })

  test.each([
    ['labels', ['only'], 'does not describe a student'],
    ['labels', ['a', 'a', 'b'], 'a label stands twice'],
    ['temperature', 0, 'temperature'],
    ['features', { ...features, bits: 31 }, 'bits is 31'],
    ['features', { ...features, bits: 8 }, 'a place lies outside'],
    ['rows', 1e12, 'its header promises'],
    ['rows', -1, 'rows'],
    ['code', 'process.exit()', 'code'],
  ])('whose %s is %j is refused', (field, value, reason) => {
    const broken = forged((header) => {
      header[field] = value
    })
    expect(() => decodeStudent(broken)).toThrow(BadArtifact)
    expect(() => decodeStudent(broken)).toThrow(reason)
  })

  test('with a weight that is no number is refused', () => {
    const body = Buffer.from(bytes.subarray(0, -32))
    body.writeFloatLE(Number.NaN, body.length - 4)
    expect(() => decodeStudent(sealed(body))).toThrow('a weight is not a number')
  })

  property.prop([fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })])(
    'with any byte changed is refused',
    (at, change) => {
      const broken = Buffer.from(bytes)
      broken[at] = (broken[at] ?? 0) ^ change
      expect(() => decodeStudent(broken)).toThrow(BadArtifact)
    },
  )
})
