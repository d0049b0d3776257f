import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { InferenceLog, ObservedFeature } from '#schemas'
import { featuresOf, profileVersion, watchedFeatures } from './features.ts'
import { aLog, aRequest, aResponse } from './testing.ts'

const known = (log: InferenceLog): readonly ObservedFeature[] => {
  const features = featuresOf(log)
  if (features === undefined) throw new Error('not a chat')
  return features
}

const feature = (change: Partial<InferenceLog>, name: string): ObservedFeature | undefined =>
  known(aLog(change)).find((one) => one.name === name)

describe('a call', () => {
  test('becomes its features, the instructions left out', () => {
    const request = aRequest('SEE http://a.example or HTTPS://b.example')
    const shown = known(aLog({ request })).map(({ name, bin, value, category }) =>
      category === '' ? [name, bin, Number(value.toFixed(4))] : [name, category],
    )
    expect(shown).toEqual([
      ['input-length', 6, 41],
      ['input-letters', 7, 0.7317],
      ['input-capitals', 2, 0.2667],
      ['input-links', 2, 2],
      ['error', 'ok'],
      ['label', 'deliver'],
      ['latency', 8, 250],
    ])
  })

  test('without a word in it has features too', () => {
    expect(feature({ request: aRequest('') }, 'input-length')).toMatchObject({ bin: 0, value: 0 })
    expect(feature({ request: aRequest('12 34') }, 'input-capitals')).toMatchObject({ value: 0 })
  })

  test.each([
    ['a status', { status: 500 }],
    ['an error', { error: 'timeout' }],
  ])('that failed by %s says so, and has no label where nothing was answered', (_, change) => {
    const failed = { ...change, response: '' }
    expect(feature(failed, 'error')?.category).toBe('error')
    expect(feature(failed, 'label')).toBeUndefined()
  })

  test('whose short answer is an address has it masked', () => {
    expect(feature({ response: aResponse('jane@example.org') }, 'label')?.category).toBe('[EMAIL]')
  })

  test('answered in free text has no label', () => {
    expect(feature({ response: aResponse('Two lines.\nNo label.') }, 'label')).toBeUndefined()
  })

  test.each(['', 'not JSON', '[]', '{"messages":"none"}', '{"model":"gpt-4o"}'])(
    'whose request is %j is no chat',
    (request) => {
      expect(featuresOf(aLog({ request }))).toBeUndefined()
    },
  )
})

describe('the student’s word', () => {
  test('is the answer where it answered', () => {
    const own = { servedBy: 'student:abc', confidence: 0.97, latencyMs: 0.3 }
    expect(feature(own, 'student-label')?.category).toBe('deliver')
    expect(feature(own, 'confidence')).toMatchObject({ bin: 9, value: 0.97 })
    expect(feature(own, 'latency')).toMatchObject({ bin: 0, value: 0.3 })
  })

  test('is what the gateway noted where it was not sure and production answered', () => {
    const attributes = { studentLabel: 'quarantine', studentConfidence: '0.512345' }
    expect(feature({ attributes }, 'label')?.category).toBe('deliver')
    expect(feature({ attributes }, 'student-label')?.category).toBe('quarantine')
    expect(feature({ attributes }, 'confidence')).toMatchObject({ bin: 5, value: 0.512345 })
  })

  test.each(['', 'sure', 'NaN', 'Infinity'])('confidence noted as %j is none', (noted) => {
    expect(feature({ attributes: { studentConfidence: noted } }, 'confidence')).toBeUndefined()
  })

  test('is absent where there is no student', () => {
    expect(feature({}, 'student-label')).toBeUndefined()
    expect(feature({}, 'confidence')).toBeUndefined()
  })
})

test('every watched feature is one that a call can have', () => {
  const log = aLog({ servedBy: 'student:abc', confidence: 0.9 })
  const names = known(log).map(({ name }) => name)
  expect(watchedFeatures.filter((name) => !names.includes(name))).toEqual([])
})

const anyNumber = fc.option(fc.double())

property.prop([
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 100 }),
  anyNumber,
  anyNumber,
  fc.string(),
])(
  'whatever a log says, its features can be written',
  (content, label, confidence, latency, noted) => {
    const features = known(
      aLog({
        request: aRequest(content),
        response: aResponse(label),
        confidence,
        latencyMs: latency,
        attributes: { studentLabel: label, studentConfidence: noted },
      }),
    )
    expect(new Set(features.map(({ name }) => name)).size).toBe(features.length)
    for (const { bin, value, category, profileVersion: version } of features) {
      expect(Number.isInteger(bin) && bin >= 0 && bin <= 31).toBe(true)
      expect(Number.isFinite(value)).toBe(true)
      expect(category.length).toBeLessThanOrEqual(64)
      expect(category.isWellFormed()).toBe(true)
      expect(version).toBe(profileVersion)
    }
  },
)
