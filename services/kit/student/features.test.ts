import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { FeatureExtractor, type FeatureSettings, featureFault, featuresFor } from './features.ts'

const settings: FeatureSettings = {
  bits: 16,
  charactersMin: 3,
  charactersMax: 5,
  textCharactersMax: 200,
}
const read = (text: string, given = settings) => new FeatureExtractor(given).extract(text)
const asMap = ({ places, counts }: ReturnType<typeof read>) =>
  new Map([...places].map((place, at) => [place, counts[at]]))

describe('features of a text', () => {
  test('words, pairs and runs of characters are counted each once a place', () => {
    const { places, counts, words } = read('ab ab')
    // 'ab', 'start ab' and 'ab ab'.
    expect(words).toBe(3)
    expect([...counts.slice(0, 3)].map(Math.abs).sort()).toEqual([1, 1, 2])
    // ' ab ab ' has runs of three, four and five characters, of each length three different ones.
    expect(places).toHaveLength(3 + 3 + 3 + 3)
    expect(new Set(places).size).toBe(places.length)
    expect(Math.max(...places.slice(0, words))).toBeLessThan(2 ** 15)
    expect(Math.min(...places.slice(words))).toBeGreaterThanOrEqual(2 ** 15)
  })

  test('case, white space and Unicode forms make no difference', () => {
    const one = asMap(read('Grüße aus  Köln'))
    expect(asMap(read('grüße aus Ko\u0308ln\n'))).toEqual(one)
    expect(asMap(read('grüße aus\tKÖLN'))).toEqual(one)
    expect(asMap(read('grüße aus koln'))).not.toEqual(one)
  })

  test('the order of words makes a difference', () => {
    expect(asMap(read('not now'))).not.toEqual(asMap(read('now not')))
  })

  test('nothing is read beyond the bound', () => {
    const start = 'x'.repeat(200)
    expect(asMap(read(`${start} and more`))).toEqual(asMap(read(start)))
  })

  test('without runs of characters only words remain', () => {
    const { places, words } = read('a few words', {
      ...settings,
      charactersMin: 1,
      charactersMax: 0,
    })
    expect(places).toHaveLength(words)
    expect(words).toBe(6)
  })

  test('many of one feature stay within a byte', () => {
    const { counts } = read('a '.repeat(100), { ...settings, textCharactersMax: 1000 })
    expect(Math.max(...[...counts].map(Math.abs))).toBe(100)
    const more = read('a '.repeat(400), { ...settings, textCharactersMax: 1000 })
    expect(Math.max(...[...more.counts].map(Math.abs))).toBe(127)
  })

  test('an empty text has no words', () => {
    expect(read('')).toMatchObject({ words: 0 })
    expect(read(' \n ').places).toHaveLength(0)
  })

  property.prop([fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 6 })])(
    'a reader leaves nothing behind: any text reads the same after any others',
    (texts) => {
      const reader = new FeatureExtractor(settings)
      for (const text of texts) expect(reader.extract(text)).toEqual(read(text))
    },
  )
})

test('settings from elsewhere are checked', () => {
  expect(featureFault(featuresFor(2))).toBeUndefined()
  expect(featureFault(featuresFor(150))).toBeUndefined()
  expect(featureFault({ ...settings, bits: 40 })).toBe('bits is 40, not 8 to 24')
  expect(featureFault({ ...settings, charactersMax: 1.5 })).toContain('charactersMax is 1.5')
  expect(featureFault({ ...settings, textCharactersMax: 1e9 })).toContain('textCharactersMax')
})
