import { describe, expect, test } from 'vitest'
import { drop, reject } from '#kit'
import type { InferenceLog } from '#schemas'
import { type Example, prepare } from './prepare.ts'
import { aLog, aRequest, aResponse } from './testing.ts'

const exampleOf = (change: Partial<InferenceLog> = {}): Example => {
  const prepared = prepare(aLog(change))
  if (prepared.kind !== 'example') throw new Error(prepared.reason)
  return prepared.example
}

test('a good call becomes an example with its lineage', () => {
  const example = exampleOf()
  expect(example).toMatchObject({
    requestId: 'r1',
    workload: 'mail-triage',
    sessionId: 's1',
    servedBy: 'production',
    label: 'deliver',
    quality: 1,
    flags: [],
    piiCounts: {},
    eventTimeMs: 1000,
  })
  expect(JSON.parse(example.request)).toHaveProperty('messages.length', 2)
  expect(JSON.parse(example.response)).toMatchObject({ role: 'assistant' })
})

describe('a call that teaches nothing', () => {
  test.each([
    [{ status: 500 }, drop('failed call')],
    [{ status: 400 }, drop('failed call')],
    [{ error: 'timeout' }, drop('failed call')],
    [{ request: ' ' }, drop('empty request')],
    [{ response: '' }, drop('empty answer')],
    [{ response: '{"choices":[{"message":{"content":" "}}]}' }, drop('empty answer')],
    [{ requestId: '' }, reject('no request id')],
    [{ request: '{"messages"' }, reject('request does not parse')],
    [{ request: '{"messages":[]}' }, reject('request does not parse')],
    [{ response: '<html>' }, reject('response does not parse')],
    [{ response: '{"choices":[]}' }, reject('response does not parse')],
  ])('has a named reason: %j', (change, outcome) => {
    expect(prepare(aLog(change))).toEqual(outcome)
  })
})

describe('personal data', () => {
  const request = aRequest('Write to jane.doe@example.org, or call from 203.0.113.77.')
  const response = aResponse('deliver', { to: 'jane.doe@example.org' })

  test('is masked in request and answer, tool arguments included, and counted', () => {
    const example = exampleOf({ request, response })
    expect(example.request + example.response).not.toMatch(/jane|203\.0/)
    expect(example.request).toContain('[EMAIL]')
    expect(JSON.parse(example.response).tool_calls[0].function.arguments).toBe('{"to":"[EMAIL]"}')
    expect(example.piiCounts).toEqual({ email: 2, ip: 1 })
  })

  test('does not tell two requests apart', () => {
    const other = aRequest('Write to joe@example.com, or call from 203.0.113.78.')
    expect(exampleOf({ request: other }).requestHash).toBe(exampleOf({ request }).requestHash)
  })
})

test('an empty workload is derived from the request, by metadata before prompt and tools', () => {
  expect(exampleOf({ workload: '' }).workload).toMatch(/^auto-/)
  const request = aRequest('x', { metadata: { workload: 'support' } })
  expect(exampleOf({ workload: '', request }).workload).toBe('support')
})

test('rails that fired and a truncated answer are flags', () => {
  const railHits = ['prompt-injection', 'prompt-injection', 'pii']
  expect(exampleOf({ railHits, finishReason: 'length' }).flags).toEqual([
    'rail:prompt-injection',
    'rail:pii',
    'truncated',
  ])
})

test('a blueprint record with tool arguments as an object is the same content', () => {
  const asObject = exampleOf({ response: aResponse('route', { b: 1, a: 2 }) })
  const asText = exampleOf({ response: aResponse('route', '{"a":2,"b":1}') })
  expect(asObject.contentHash).toBe(asText.contentHash)
})
