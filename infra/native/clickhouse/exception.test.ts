import { expect, test } from 'vitest'
import { fromEngine, httpStatusOf, raise } from './exception.ts'

test('gives the text a server would send', () => {
  const error = new Error(
    'Query failed: Code: 33. DB::Exception: Code: 33. DB::Exception: Cannot read all data: ' +
      '(in file/uri /spool/x): While executing File. (CANNOT_READ_ALL_DATA) (version 26.7.2.1). ' +
      '(CANNOT_READ_ALL_DATA)',
  )
  expect(fromEngine(error, [' (in file/uri /spool/x):'])).toMatchObject({
    code: 33,
    text: 'Code: 33. DB::Exception: Cannot read all data: While executing File. (CANNOT_READ_ALL_DATA)',
  })
})

test('has a code for an error without one', () => {
  expect(fromEngine(new Error('lost'))).toMatchObject({
    code: 1002,
    text: 'Code: 1002. DB::Exception: lost (UNKNOWN_EXCEPTION)',
  })
})

test('keeps an exception as it is', () => {
  const own = raise('SESSION_IS_LOCKED', 'Session a is locked.')
  expect(fromEngine(own)).toBe(own)
  expect(own.text).toBe('Code: 373. DB::Exception: Session a is locked. (SESSION_IS_LOCKED)')
})

test.each([
  [62, 400],
  [60, 404],
  [115, 404],
  [516, 403],
  [194, 401],
  [48, 501],
  [159, 408],
  [241, 500],
])('answers code %i with status %i', (code, status) => {
  expect(httpStatusOf(code)).toBe(status)
})
