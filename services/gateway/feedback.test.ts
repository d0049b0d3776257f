import { describe, expect, test } from 'vitest'
import { givenRoute } from '#kit/testing'
import { feedback } from './feedback.ts'

const post = (body: unknown, headers: Record<string, string> = {}, subjectKey = '') =>
  givenRoute(feedback, { settings: { subjectKey }, nowMs: 9 }).when({ body, headers })
const saidBy = (body: unknown, headers: Record<string, string> = {}, key = '') =>
  post(body, headers, key).messages[0]?.value

describe('feedback', () => {
  test.each([
    [{ kind: 'thumbs', value: 'up' }, { value: 'up' }],
    [
      { kind: 'score', score: 0.5, comment: 'ok' },
      { score: 0.5, comment: 'ok' },
    ],
    [{ kind: 'comment', comment: 'good' }, { comment: 'good' }],
    [
      { kind: 'label', value: 'deliver', author: 'judge' },
      { value: 'deliver', author: 'judge' },
    ],
    [{ kind: 'preference', value: 'request-2' }, { value: 'request-2' }],
  ])('of a kind is taken: %j', (given, expected) => {
    const body = { requestId: 'r1', ...given }
    expect(post(body).reply).toMatchObject({ status: 202, body: { accepted: 1, errors: [] } })
    expect(saidBy(body)).toMatchObject({ requestId: 'r1', eventTimeMs: 9, ...expected })
  })

  test('corrects with an assistant’s message, made uniform', () => {
    const correction = { content: 'Sorry.' }
    const value = saidBy({ requestId: 'r1', kind: 'correction', correction })
    expect(JSON.parse(value?.correction ?? '')).toEqual({ role: 'assistant', content: 'Sorry.' })
    const bad = { requestId: 'r1', kind: 'correction', correction: { role: 'user', content: 'x' } }
    expect(post(bad).reply.status).toBe(400)
  })

  test('said twice is one, said by another is another', () => {
    const body = { requestId: 'r1', kind: 'thumbs', value: 'up' }
    const id = saidBy(body)?.feedbackId
    expect(id).toMatch(/^[0-9a-f]{64}$/)
    expect(saidBy(body)?.feedbackId).toBe(id)
    expect(saidBy(body, { 'x-client-id': 'other' })?.feedbackId).not.toBe(id)
  })

  test('knows the end user by a keyed hash only', () => {
    const body = { requestId: 'r1', kind: 'thumbs', value: 'up' }
    const headers = { 'x-subject': 'jane' }
    expect(saidBy(body, headers)?.subject).toBe('')
    expect(saidBy(body, headers, 'a key of sixteen+')?.subject).toMatch(/^[0-9a-f]{64}$/)
  })

  test('in an array is judged one by one', () => {
    const good = { requestId: 'r1', kind: 'thumbs', value: 'down' }
    const bads = [
      { kind: 'thumbs', value: 'up' },
      { ...good, value: 'secret' },
      7,
      { ...good, x: 1 },
    ]
    const { reply, messages } = post([bads[0], good, ...bads.slice(1)])
    expect(reply.status).toBe(202)
    expect(messages).toHaveLength(1)
    const { errors } = reply.body as { errors: { index: number; message: string }[] }
    expect(errors.map(({ index }) => index)).toEqual([0, 2, 3, 4])
    expect(JSON.stringify(errors)).not.toContain('secret')
  })

  test.each([[undefined], [[]], [{}], ['text'], [Array(1001).fill({})]])(
    'that is none of it is refused: #%#',
    (body) => {
      const { reply, messages } = post(body)
      expect(reply).toMatchObject({ status: 400, body: { error: { code: 'invalid_feedback' } } })
      expect(messages).toEqual([])
    },
  )
})
