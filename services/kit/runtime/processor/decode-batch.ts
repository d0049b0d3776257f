import type { Topic, ValueOf } from '#schemas'
import type { Arrived } from '../../arrived.ts'
import type { RawRecord } from '../../broker.ts'
import type { Codec } from '../codec.ts'
import { decidedFault, type Fault } from './dead-letter.ts'

/** A record that could be read. */
export interface Readable<Value> {
  readonly record: RawRecord
  readonly arrived: Arrived<Value>
}

/** A record that could not be read, or that failed later. */
export interface Failed {
  readonly record: RawRecord
  readonly fault: Fault
}

/** Headers as text. */
export const textHeaders = (
  headers: Readonly<Record<string, Buffer>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.toString()]))

/** Reads each record with our schema of its topic. Throws `Transient` when the registry can't be asked. */
export const decodeBatch = async <T extends Topic>(
  codec: Codec,
  topic: T,
  records: readonly RawRecord[],
): Promise<readonly (Readable<ValueOf<T>> | Failed)[]> => {
  const decoded = await codec.decode(
    topic,
    records.map((record) => record.value),
  )
  return records.map((record, index) => {
    const result = decoded[index]
    if (result === undefined || 'fault' in result)
      return { record, fault: decidedFault('VALUE_CONVERTER', result?.fault ?? 'does not parse') }
    const arrived = {
      // The codec read it with the schema that ValueOf<T> was generated from.
      value: result.value as ValueOf<T>,
      key: record.key?.toString() ?? '',
      position: record.position,
      timestampMs: record.timestampMs,
      headers: textHeaders(record.headers),
    }
    return { record, arrived }
  })
}
