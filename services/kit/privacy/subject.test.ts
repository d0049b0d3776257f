import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { forgets, subjectOf } from './subject.ts'

const key = 'a key of sixteen bytes or more'

test('a subject is a keyed hash', () => {
  const expected = createHmac('sha256', key).update('user-1').digest('hex')
  expect(subjectOf(key, ' user-1 ')).toBe(expected)
  expect(subjectOf(`${key}!`, 'user-1')).not.toBe(expected)
})

test('nobody has no subject, and a short key is refused', () => {
  expect(subjectOf(key, ' ')).toBe('')
  expect(() => subjectOf('short', 'user-1')).toThrow('at least 16 bytes')
})

test('a request to forget reaches what came up to it, by any of its times', () => {
  expect(forgets(undefined, 1)).toBe(false)
  expect([99, 100, 101].map((ms) => forgets({ requestedAtMs: 100 }, ms))).toEqual([
    true,
    true,
    false,
  ])
  expect(forgets({ requestedAtMs: 100 }, 50, 900)).toBe(true)
  expect(forgets({ requestedAtMs: 0 }, 900)).toBe(true)
})
