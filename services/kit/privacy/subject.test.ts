import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { subjectOf } from './subject.ts'

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
