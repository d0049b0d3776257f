import { describe, expect, test } from 'vitest'
import { authenticate, credentialsOf } from './auth.ts'

const basic = (text: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(text).toString('base64')}`,
})
const denied = expect.objectContaining({ code: 516 })

describe('credentialsOf', () => {
  test.each([
    ['nothing', {}, '', 'default', ''],
    ['parameters', {}, 'user=u&password=p', 'u', 'p'],
    ['Basic', basic('u:p:q'), '', 'u', 'p:q'],
    ['Basic before parameters', basic('u:p'), 'user=x', 'u', 'p'],
    ['own headers', { 'x-clickhouse-user': 'u', 'x-clickhouse-key': 'p' }, '', 'u', 'p'],
    ['a key alone', { 'x-clickhouse-key': 'p' }, '', 'default', 'p'],
  ])('%s', (_, headers, search, user, password) => {
    expect(credentialsOf(headers, new URLSearchParams(search))).toEqual({ user, password })
  })

  test.each([
    [{ 'x-clickhouse-user': 'u', ...basic('u:p') }, ''],
    [{ 'x-clickhouse-user': 'u' }, 'password=p'],
    [{ authorization: 'Bearer x' }, ''],
    [basic('no colon'), ''],
  ])('refuses %j with %j', (headers, search) => {
    expect(() => credentialsOf(headers, new URLSearchParams(search))).toThrow(denied)
  })
})

describe('authenticate', () => {
  const wanted = { user: 'default', password: 'secret' }
  test('lets the user in', () => {
    expect(() => authenticate({ ...wanted }, wanted)).not.toThrow()
  })
  test.each([
    ['default', ''],
    ['default', 'secre'],
    ['default', 'secret1'],
    ['Default', 'secret'],
    ['', 'secret'],
  ])('keeps %j with %j out', (user, password) => {
    expect(() => authenticate({ user, password }, wanted)).toThrow(denied)
  })
})
