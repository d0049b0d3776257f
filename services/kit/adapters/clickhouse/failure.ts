import { ClickHouseError as VendorError } from '@clickhouse/client'
import { ClickHouseError, Transient } from '../../errors.ts'

/**
 * Codes (system.errors) that speak of the server's state rather than of the statement: load, memory, disk, Keeper,
 * cancelled, not yet created, not allowed just now. The same statement may pass later.
 */
export const retriableCodes: ReadonlyMap<number, string> = new Map([
  [3, 'UNEXPECTED_END_OF_FILE'],
  [60, 'UNKNOWN_TABLE'],
  [74, 'CANNOT_READ_FROM_FILE_DESCRIPTOR'],
  [75, 'CANNOT_WRITE_TO_FILE_DESCRIPTOR'],
  [76, 'CANNOT_OPEN_FILE'],
  [81, 'UNKNOWN_DATABASE'],
  [159, 'TIMEOUT_EXCEEDED'],
  [160, 'TOO_SLOW'],
  [173, 'CANNOT_ALLOCATE_MEMORY'],
  [198, 'DNS_ERROR'],
  [201, 'QUOTA_EXCEEDED'],
  [202, 'TOO_MANY_SIMULTANEOUS_QUERIES'],
  [203, 'NO_FREE_CONNECTION'],
  [209, 'SOCKET_TIMEOUT'],
  [210, 'NETWORK_ERROR'],
  [218, 'TABLE_IS_DROPPED'],
  [225, 'NO_ZOOKEEPER'],
  [236, 'ABORTED'],
  [241, 'MEMORY_LIMIT_EXCEEDED'],
  [242, 'TABLE_IS_READ_ONLY'],
  [243, 'NOT_ENOUGH_SPACE'],
  [244, 'UNEXPECTED_ZOOKEEPER_ERROR'],
  [252, 'TOO_MANY_PARTS'],
  [279, 'ALL_CONNECTION_TRIES_FAILED'],
  [285, 'TOO_FEW_LIVE_REPLICAS'],
  [286, 'UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE'],
  [290, 'LIMIT_EXCEEDED'],
  [319, 'UNKNOWN_STATUS_OF_INSERT'],
  [394, 'QUERY_WAS_CANCELLED'],
  [425, 'SYSTEM_ERROR'],
  [439, 'CANNOT_SCHEDULE_TASK'],
  [473, 'DEADLOCK_AVOIDED'],
  [497, 'ACCESS_DENIED'],
  [499, 'S3_ERROR'],
  [516, 'AUTHENTICATION_FAILED'],
  [733, 'TABLE_IS_BEING_RESTARTED'],
  [745, 'SERVER_OVERLOADED'],
  [999, 'KEEPER_EXCEPTION'],
  [1000, 'POCO_EXCEPTION'],
  [1001, 'STD_EXCEPTION'],
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
  return retriableCodes.has(code) ? new Transient(message) : new ClickHouseError(code, message)
}
