import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { createApiKey, findApiKey, readApiKeys } from './keys.ts'

const secret = 'a secret of thirty-two bytes or more'
const nowMs = Date.UTC(2026, 0, 1)
const wish = { client: 'shop', scopes: ['publish'] } as const
const made = () => createApiKey(wish, secret, nowMs)
const linesOf = (...entries: object[]) => entries.map((each) => JSON.stringify(each)).join('\n')
const keysOf = (text: string) => {
  const read = readApiKeys(text)
  if ('fault' in read) throw new Error(read.fault)
  return read.keys
}

describe('API keys', () => {
  test('are found by their whole text, under the same secret', () => {
    const { key, entry } = made()
    const keys = keysOf(linesOf(made().entry, entry))
    expect(findApiKey(key, keys, secret, nowMs)).toEqual(entry)
    expect(findApiKey(key, keys, `${secret}.`, nowMs)).toBeUndefined()
    expect(findApiKey('', keys, secret, nowMs)).toBeUndefined()
  })

  test('are not what the file holds', () => {
    const { key, entry } = made()
    expect(key).toMatch(/^fw_[0-9a-f]{12}_[\w-]{43}$/)
    expect(JSON.stringify(entry)).not.toContain(key.slice(16))
  })

  const at = fc.integer({ min: 0, max: 58 })
  test.prop([at, fc.constantFrom(...'abcdefgh0123_-')])(
    'with one letter changed are none',
    (place, letter) => {
      const { key, entry } = made()
      fc.pre(key[place] !== letter)
      const changed = key.slice(0, place) + letter + key.slice(place + 1)
      expect(findApiKey(changed, keysOf(linesOf(entry)), secret, nowMs)).toBeUndefined()
    },
  )

  test('end when they are disabled, by a later line, or expire', () => {
    const { key, entry } = made()
    const disabled = keysOf(linesOf(entry, { ...entry, disabled: true }))
    expect(findApiKey(key, disabled, secret, nowMs)).toBeUndefined()
    const expiresAt = new Date(nowMs + 1000).toISOString()
    const passing = keysOf(linesOf({ ...entry, expiresAt }))
    expect(findApiKey(key, passing, secret, nowMs)?.id).toBe(entry.id)
    expect(findApiKey(key, passing, secret, nowMs + 1000)).toBeUndefined()
  })

  test.each([
    'no json',
    '{}',
    JSON.stringify({ ...made().entry, scopes: [] }),
    JSON.stringify({ ...made().entry, scopes: ['all'] }),
    JSON.stringify({ ...made().entry, hash: 'short' }),
    JSON.stringify({ ...made().entry, note: 'unknown' }),
  ])('are refused as a whole where a line is none, by its number: %s', (line) => {
    expect(readApiKeys(`${linesOf(made().entry)}\n\n${line}`)).toEqual({
      fault: 'line 3 is no key',
    })
  })
})
