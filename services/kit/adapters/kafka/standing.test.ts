import { expect, test } from 'vitest'
import { standingOf } from './standing.ts'

test.each([
  ['nothing committed', { offset: -1n, low: 5n, end: 9n }, 'fine'],
  ['within the log', { offset: 7n, low: 5n, end: 9n, firstLater: 7n }, 'fine'],
  ['at its end, with a marker behind', { offset: 8n, low: 5n, end: 9n, firstLater: 9n }, 'fine'],
  ['at the beginning of a log', { offset: 5n, low: 5n, end: 9n, firstLater: 5n }, 'fine'],
  ['a log that retention emptied', { offset: 9n, low: 9n, end: 9n }, 'fine'],
  ['retention passed it', { offset: 3n, low: 5n, end: 9n }, 'retention'],
  ['behind the end', { offset: 10n, low: 0n, end: 9n }, 'recreated'],
  [
    'a longer log whose first record is younger',
    { offset: 7n, low: 0n, end: 90n, firstLater: 0n },
    'recreated',
  ],
])('%s', (_, stand, kind) => {
  expect(standingOf(stand)).toBe(kind)
})
