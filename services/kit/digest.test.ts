import { createHash } from 'node:crypto'
import { test } from '@fast-check/vitest'
import fc from 'fast-check'
import { expect } from 'vitest'
import { digest } from './digest.ts'

test('a digest is SHA-256 in hex over lengths and bytes, the same for ever', () => {
  expect(digest('abc', 'ö')).toBe(createHash('sha256').update('3:abc2:ö').digest('hex'))
  expect(digest(Buffer.from('größe'))).toBe(digest('größe'))
})

const parts = fc.array(fc.string({ unit: 'binary', maxLength: 3 }), { maxLength: 4 })

test.prop([parts, parts])('different lists have different digests', (left, right) => {
  const same = JSON.stringify(left) === JSON.stringify(right)
  expect(digest(...left) === digest(...right)).toBe(same)
})

test('where one part ends matters, and so do lone surrogates', () => {
  const digests = [
    ['ab', 'c'],
    ['a', 'bc'],
    ['abc'],
    ['abc', ''],
    ['3:abc'],
    ['\ud800'],
    ['\udc00'],
    ['\ufffd'],
  ]
  expect(new Set(digests.map((list) => digest(...list))).size).toBe(digests.length)
})
