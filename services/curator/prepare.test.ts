import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { drop, reject } from '#kit'
import type { InferenceLog } from '#schemas'
import { type Example, prepare } from './prepare.ts'
import { aLog, aRequest, aResponse, rulesBy } from './testing.ts'

const policy = readFileSync(new URL('../../infra/curation.yaml', import.meta.url), 'utf8')
const rules = rulesBy(policy)

const exampleOf = (change: Partial<InferenceLog> = {}): Example => {
  const prepared = prepare(aLog(change), rules)
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
    expect(prepare(aLog(change), rules)).toEqual(outcome)
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
  const asObject = exampleOf({ response: aResponse('deliver', { b: 1, a: 2 }) })
  const asText = exampleOf({ response: aResponse('deliver', '{"a":2,"b":1}') })
  expect(asObject.contentHash).toBe(asText.contentHash)
})

/** A call that answers in words. */
const saying = (content: string, more: object = {}, asked = 'What is new?') => ({
  request: aRequest(asked, { tools: [] }),
  response: JSON.stringify({ choices: [{ message: { content, ...more }, finish_reason: 'stop' }] }),
})

const prose =
  'Your parcel left our warehouse this morning and should be with you on Friday. The carrier calls before it comes.'

describe('an answer', () => {
  test('in words has scores, a language and full quality', () => {
    const example = exampleOf(saying(prose))
    expect(example).toMatchObject({ quality: 1, flags: [], language: 'en', label: '' })
    expect(example.scores).toMatchObject({ WordCount: 20, Urls: 0 })
    expect(example.curatorVersion).toMatch(/^2\.pii-.+\.policy-[0-9a-f]{8}$/)
  })

  test('that is a choice is not asked for prose', () => {
    expect(exampleOf(saying('1'))).toMatchObject({ label: '1', scores: {}, quality: 1 })
    expect(exampleOf().scores).toEqual({})
  })

  test.each([
    [saying('...... ??'), 'zero information'],
    [{ response: aResponse('erase') }, 'invalid tool call'],
    [{ response: aResponse('deliver', 'now') }, 'invalid tool call'],
    [saying("I can't help with that."), 'refused'],
    [saying('', { content: null, refusal: 'No way, friend.' }), 'refused'],
    [{ ...saying(prose), finishReason: 'content_filter' }, 'refused'],
    [saying(`${prose}\n`.repeat(12)), 'low quality: RepeatedLines'],
    [saying('x y '.repeat(40)), 'low quality: RepeatingTop2Grams'],
  ])('that teaches noise is dropped: %#', (change, reason) => {
    expect(prepare(aLog(change), rules)).toEqual(drop(reason))
  })

  test.each([
    [{ ...saying(prose), finishReason: 'length' }, ['truncated'], 0.5],
    [saying(`${prose}\n\`\`\`js\nrun()`), ['unbalanced-code-fence'], 0.7],
    [saying(`${prose} So it is.`, {}, prose), ['prompt-echo'], 0.3],
  ])('may be flagged: %#', (change, flags, quality) => {
    expect(exampleOf(change)).toMatchObject({ flags, quality })
  })

  test('may wait for a person, by workload', () => {
    const careful = rulesBy(
      policy.replace(
        'workloads: {}',
        'workloads: { mail-triage: { actions: { refused: review } } }',
      ),
    )
    const refused = aLog(saying("I can't help with that."))
    expect(prepare(refused, careful)).toMatchObject({
      kind: 'review',
      reason: 'refused',
      example: { flags: ['refused'], quality: 0.2 },
    })
    expect(prepare({ ...refused, workload: 'other' }, careful)).toEqual(drop('refused'))
  })

  test('in a language that is not wanted is dropped; an unknown language is not', () => {
    const german = policy.replace('languages: []', 'languages: [de]')
    expect(prepare(aLog(saying(prose)), rulesBy(german))).toEqual(drop('other language'))
    const unknown = { ...rulesBy(german), languageOf: () => '' }
    expect(prepare(aLog(saying(prose)), unknown).kind).toBe('example')
  })
})
