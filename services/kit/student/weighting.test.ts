import { describe, expect, test } from 'vitest'
import { FeatureExtractor, type FeatureSettings } from './features.ts'
import { commonRows, inRows, inverseFrequencies, weigh } from './weighting.ts'

const settings: FeatureSettings = {
  bits: 16,
  charactersMin: 3,
  charactersMax: 4,
  textCharactersMax: 500,
}
const size = 2 ** settings.bits
const reader = new FeatureExtractor(settings)
const texts = ['red apple', 'red pear', 'green pear', 'red red red plum'].map((text) =>
  reader.extract(text),
)

describe('weighting', () => {
  test('rare features weigh more: ln((1 + n) / (1 + df)) + 1', () => {
    const rarity = inverseFrequencies(texts, size)
    const red = reader.extract('red').places[0] ?? 0
    const plum = reader.extract('plum').places[0] ?? 0
    expect(rarity[red]).toBeCloseTo(Math.log(5 / 4) + 1, 6)
    expect(rarity[plum]).toBeCloseTo(Math.log(5 / 2) + 1, 6)
  })

  test('words and characters are each brought to the length √½', () => {
    const rarity = inverseFrequencies(texts, size)
    for (const text of texts) {
      const values = weigh(text, rarity)
      const squares = (part: Float32Array) => part.reduce((sum, value) => sum + value * value, 0)
      expect(squares(values.subarray(0, text.words))).toBeCloseTo(0.5, 5)
      expect(squares(values.subarray(text.words))).toBeCloseTo(0.5, 5)
    }
  })

  test('rows hold the places of enough texts, ascending, and the rest drops out', () => {
    const rows = commonRows(texts, size, 2)
    expect(rows.places).toEqual(rows.places.slice().sort())
    const known = inRows(reader.extract('red quince'), rows)
    expect(known.words).toBe(2)
    expect([...known.places].every((row) => row >= 0 && row < rows.places.length)).toBe(true)
    const red = reader.extract('red').places[0] ?? 0
    expect(rows.places[rows.rowOf[red] ?? -1]).toBe(red)
    expect(inRows(reader.extract('quince'), rows).words).toBe(0)
  })

  test('a text of unknown features has no length, and no NaN', () => {
    const values = weigh(reader.extract('zzz'), new Float32Array(size))
    expect(values.every((value) => value === 0)).toBe(true)
  })
})
