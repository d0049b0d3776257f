import { expect, test } from 'vitest'
import {
  choiceOf,
  letterNameOf,
  offsetsOf,
  serviceOf,
  sinceOf,
  WrongArgument,
} from './arguments.ts'

test('a letter is named as list names it', () => {
  expect(letterNameOf('curator/12')).toEqual({ service: 'curator', partition: 0, offset: 12n })
  expect(letterNameOf('log-sink/1/7')).toEqual({ service: 'log-sink', partition: 1, offset: 7n })
})

test('a choice holds what was said', () => {
  expect(choiceOf({ reason: 'bug', offset: '1, 5', since: '2h' }, 10_000_000)).toEqual({
    reason: 'bug',
    offsets: [1n, 5n],
    sinceMs: 10_000_000 - 7_200_000,
  })
  expect(choiceOf({}, 5)).toEqual({ reason: '', offsets: [], sinceMs: 0 })
})

test.each([
  () => serviceOf('nobody'),
  () => serviceOf(undefined),
  () => sinceOf('soon', 0),
  () => sinceOf('-1h', 0),
  () => offsetsOf('1,x'),
  () => letterNameOf('curator'),
  () => letterNameOf('nobody/1'),
  () => letterNameOf(undefined),
])('a wrong word is told %#', (call) => {
  expect(call).toThrow(WrongArgument)
})
