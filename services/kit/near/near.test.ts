import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { boilerplate } from './boilerplate.ts'
import { nearIndex } from './near-index.ts'
import { shingler } from './shingles.ts'
import { bytesOf, likenessOf, sketcher } from './sketch.ts'

const shingles = shingler()
const { sketchOf } = sketcher()
const hashesOf = (text: string): Int32Array => shingles.hashesOf(text).slice()
const sketched = (text: string): Int32Array => {
  const sketch = sketchOf(hashesOf(text))
  if (sketch === undefined) throw new Error('nothing to sketch')
  return sketch
}
const jaccard = (left: string, right: string): number => {
  const [one, other] = [new Set(hashesOf(left)), new Set(hashesOf(right))]
  const shared = [...one].filter((hash) => other.has(hash)).length
  return shared / (one.size + other.size - shared)
}
const estimated = (left: string, right: string): number =>
  likenessOf(bytesOf(sketched(left)), bytesOf(sketched(right)))
/** Words that look random and are the same in every run. */
const words = (from: number, count: number): string =>
  Array.from({ length: count }, (_, at) =>
    (((from + at + 1) * 2654435761) % 2 ** 31).toString(36),
  ).join(' ')
/** The text with every `every`-th word changed. */
const changed = (text: string, every: number): string =>
  text
    .split(' ')
    .map((word, at) => (at % every === every - 1 ? `${word}x` : word))
    .join(' ')
const scope = [1, 2] as const
const anyone = () => true

describe('shingles', () => {
  test('are the windows of 24 characters; a shorter text is one', () => {
    expect(hashesOf('a'.repeat(24))).toHaveLength(1)
    expect(new Set(hashesOf(words(0, 20))).size).toBe(words(0, 20).length - 23)
    expect([hashesOf('short').length, hashesOf(' \n').length]).toEqual([1, 0])
  })
  property.prop([
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.constantFrom(' ', '\n\t', '\u00a0\u2003'),
  ])('take no notice of white space and composition, as content hashes do not', (text, space) => {
    const normal = text.normalize('NFC').replace(/\s+/g, ' ').trim()
    const other = normal.replaceAll(' ', space).normalize('NFD')
    expect(hashesOf(`${space}${other}${space}`)).toEqual(hashesOf(normal))
  })
})

describe('a sketch', () => {
  test('estimates Jaccard likeness, of long and of short texts', () => {
    for (const [count, room] of [
      [400, 0.08],
      [30, 0.15],
    ] as const) {
      const errors = Array.from({ length: 100 }, (_, at) => {
        const text = words(at * 1000, count)
        const other = changed(text, 8 + (at % 40))
        return estimated(text, other) - jaccard(text, other)
      })
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
      expect(Math.abs(mean)).toBeLessThan(0.03)
      const spread = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length)
      expect(spread).toBeLessThan(room)
    }
  })
  test('of unlike texts is unlike, of equal ones equal', () => {
    expect(estimated(words(0, 50), words(900, 50))).toBeLessThan(0.05)
    expect(estimated(words(0, 5), words(0, 5))).toBe(1)
  })
})

describe('an index', () => {
  test('finds what exact Jaccard calls near, as often as 20 bands of 13 rows must', () => {
    const index = nearIndex<number>({ entriesMax: 1000 })
    const texts = Array.from({ length: 200 }, (_, at) => words(at * 1000, 200))
    for (const [at, text] of texts.entries()) index.add(sketched(text), scope, at)
    const found = (every: number) => {
      const others = texts.map((text) => changed(text, every))
      const mean = others.reduce((sum, other, at) => sum + jaccard(other, texts[at] ?? ''), 0) / 200
      const hits = others.filter(
        (other, at) => index.find(sketched(other), scope, anyone)?.payload === at,
      )
      return { mean, share: hits.length / 200 }
    }
    for (const every of [100, 40, 20, 12]) {
      const { mean, share } = found(every)
      const expected = 1 - (1 - mean ** 13) ** 20
      expect(Math.abs(share - expected)).toBeLessThan(0.15)
    }
    expect(found(100).share).toBeGreaterThan(0.98)
  })
  test('keeps scopes apart and passes over what is not accepted', () => {
    const index = nearIndex<string>({ entriesMax: 10 })
    index.add(sketched('the same text'), scope, 'old')
    index.add(sketched('the same text'), scope, 'new')
    expect(index.find(sketched('the same text'), [1, 3], anyone)).toBeUndefined()
    expect(index.find(sketched('the same text'), scope, anyone)).toEqual({
      payload: 'new',
      likeness: 1,
    })
    const accepts = (name: string) => name === 'old'
    expect(index.find(sketched('the same text'), scope, accepts)?.payload).toBe('old')
  })
  property.prop([
    fc.array(fc.nat(30), { minLength: 1, maxLength: 200 }),
    fc.integer({ min: 1, max: 12 }),
  ])('knows exactly the entries that its ring still holds', (stream, entriesMax) => {
    const index = nearIndex<number>({ entriesMax, comparedMax: 300 })
    for (const [at, each] of stream.entries()) index.add(sketched(`text ${each}`), scope, at)
    for (let each = 0; each <= 30; each += 1) {
      const last = stream.lastIndexOf(each)
      const isHeld = last >= 0 && last >= stream.length - entriesMax
      const found = index.find(sketched(`text ${each}`), scope, anyone)
      expect(found?.payload).toBe(isHeld ? last : undefined)
    }
  })
})

test('boilerplate is what many of the last texts share, and is forgotten when they no longer do', () => {
  const family = boilerplate(1 / 16)
  const template = words(0, 60)
  const isLeft = (text: string): boolean =>
    sketchOf(hashesOf(text), { common: family.slots }) !== undefined
  for (let at = 0; at < 3; at += 1)
    family.see(hashesOf(`${template} ${words(1000 * at + 1000, 20)}`))
  expect(family.slots).toBeUndefined()
  for (let at = 3; at < 20; at += 1)
    family.see(hashesOf(`${template} ${words(1000 * at + 1000, 20)}`))
  expect([isLeft(template), isLeft(words(1000, 20))]).toEqual([false, true])
  for (let at = 20; at < 1000; at += 1) family.see(hashesOf(words(1000 * at + 1000, 40)))
  expect(isLeft(template)).toBe(true)
})
