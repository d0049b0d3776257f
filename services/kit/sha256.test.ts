import { expect, test } from 'vitest'
import { sha256 } from './sha256.ts'

test('is the published digest of "abc" (FIPS 180-4), for text and bytes', () => {
  const published = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect(sha256('abc')).toBe(published)
  expect(sha256(Buffer.from('abc'))).toBe(published)
})
