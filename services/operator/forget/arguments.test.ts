import { describe, expect, test } from 'vitest'
import { secondsOf, WrongArgument, whoOf } from './arguments.ts'

describe('who is meant', () => {
  test('is an id or a pseudonym', () => {
    expect(whoOf({ positionals: [' jane '] })).toEqual({ kind: 'id', id: 'jane' })
    expect(whoOf({ positionals: [], hash: 'ab12' })).toEqual({ kind: 'pseudonym', subject: 'ab12' })
  })

  test.each([
    [{ positionals: [] }],
    [{ positionals: [' '] }],
    [{ positionals: ['jane', 'john'] }],
    [{ positionals: ['jane'], hash: 'ab12' }],
    [{ positionals: [], hash: ' ' }],
    [{ positionals: [], hash: 'x'.repeat(257) }],
  ])('is nobody else: %j', (words) => {
    expect(() => whoOf(words)).toThrow(WrongArgument)
  })
})

test('seconds are whole', () => {
  expect(secondsOf('90')).toBe(90)
  for (const word of ['', '-1', '1.5', '1m']) expect(() => secondsOf(word)).toThrow(WrongArgument)
})
