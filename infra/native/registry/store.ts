import { decodeRecord, type EncodedRecord, encodeRecord, type LogRecord } from './log-record.ts'

/** Takes the log's records in order, those from before the start first. */
export type Apply = (record: LogRecord) => void

/** The log that the registry's state is rebuilt from. One writer at a time: a second one makes the first fail. */
export interface SchemaStore {
  /**
   * Writes records all or none and resolves once `apply` has had them. A rejection says nothing about whether they were written: the
   * next append first finds out. Never called twice at once.
   */
  append(records: readonly LogRecord[]): Promise<void>
  close(): Promise<void>
}

/** A log in memory, for tests. Give the same `log` to a second one to restart it. */
export const memoryStore = (apply: Apply, log: EncodedRecord[] = []): SchemaStore => {
  for (const record of log) apply(decodeRecord(record))
  return {
    async append(records) {
      const encoded = records.map(encodeRecord)
      log.push(...encoded)
      for (const record of encoded) apply(decodeRecord(record))
    },
    async close() {},
  }
}
