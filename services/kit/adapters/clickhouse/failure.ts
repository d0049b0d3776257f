import { ClickHouseError as VendorError } from '@clickhouse/client'
import { ClickHouseError, Transient } from '../../errors.ts'

/**
 * Codes (system.errors) that speak of the server's state rather than of the statement: load, memory, disk, Keeper,
 * cancelled, not yet created, not allowed just now. The same statement may pass later.
 */
const retriable = new Set([
  3, 60, 81, 159, 160, 202, 209, 210, 236, 241, 242, 243, 252, 279, 285, 286, 290, 319, 394, 425,
  439, 473, 497, 516, 733, 745, 999,
])
/** Codes whose messages quote the data that did not parse. */
const quoting = new Set([6, 26, 27, 33, 38, 41, 72, 117, 130, 441, 469])
const messageLengthMax = 300

/** What our side is told about a failed statement: `Transient`, or `ClickHouseError` with its code. */
export const clickhouseFailure = (error: unknown, signal?: AbortSignal): Error => {
  if (signal?.aborted === true) return new Transient('a statement was given up')
  if (!(error instanceof VendorError)) {
    const because = error instanceof Error ? error.message : 'no answer'
    return new Transient(`ClickHouse: ${because}`)
  }
  const code = Number(error.code)
  const detail = quoting.has(code)
    ? 'data does not parse'
    : error.message.slice(0, messageLengthMax)
  const message = `ClickHouse ${code} ${error.type ?? ''}: ${detail}`
  return retriable.has(code) ? new Transient(message) : new ClickHouseError(code, message)
}
