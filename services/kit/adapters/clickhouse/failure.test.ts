import { ClickHouseError as VendorError } from '@clickhouse/client'
import { expect, test } from 'vitest'
import { ClickHouseError, Transient } from '../../errors.ts'
import { clickhouseFailure, retriableCodes } from './failure.ts'

const vendor = (code: number, type: string, message = 'no') =>
  new VendorError({ code: String(code), type, message })

test.each([...retriableCodes])('%i %s is waited for', (code, name) => {
  const failure = clickhouseFailure(vendor(code, name))
  expect(failure).toBeInstanceOf(Transient)
  expect(failure.message).toContain(`${code} ${name}`)
})

test.each([
  [27, 'CANNOT_PARSE_INPUT_ASSERTION_FAILED'],
  [41, 'CANNOT_PARSE_DATETIME'],
  [53, 'TYPE_MISMATCH'],
  [62, 'SYNTAX_ERROR'],
  [469, 'VIOLATED_CONSTRAINT'],
])('%i %s is about the rows: no other try helps', (code, name) => {
  expect(clickhouseFailure(vendor(code, name))).toBeInstanceOf(ClickHouseError)
})

test('what quotes data is not repeated, and what never arrived is waited for', () => {
  const quoting = clickhouseFailure(vendor(27, 'PARSE', 'cannot parse "private"'))
  expect(quoting.message).not.toContain('private')
  expect(clickhouseFailure(new Error('socket hang up'))).toBeInstanceOf(Transient)
  expect(clickhouseFailure(vendor(27, 'PARSE'), AbortSignal.abort())).toBeInstanceOf(Transient)
})
