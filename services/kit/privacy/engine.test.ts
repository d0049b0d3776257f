import { expect, test } from 'vitest'
import { piiEngine, redactBody } from './engine.ts'

test('a body without a finding is left to its bytes', () => {
  expect(redactBody('fine', 'text')).toMatchObject({ ok: true, text: undefined })
})

test('a body is read as its kind', () => {
  const body = '"x\\u0040example.com"'
  expect(piiEngine.redact(body, 'json')).toMatchObject({ ok: true, text: '"[EMAIL]"' })
})

test('a fault of the engine is a reason without a text', () => {
  const broken = (): never => {
    throw new Error('jane@example.com')
  }
  expect(redactBody('jane@example.com', 'text', broken)).toEqual({
    ok: false,
    reason: 'engine-fault',
  })
})
