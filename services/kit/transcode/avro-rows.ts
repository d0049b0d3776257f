import { loadSchema, type Table } from '#schemas'
import type { RawRecord } from '../broker.ts'
import { piiEngine } from '../privacy/index.ts'
import type { SinkInput, Transcoder, WriterSchemas } from '../sink.ts'
import { compilePlan, type Plan } from './plan.ts'
import { schemaIdOf, wireHeaderBytes } from './wire.ts'

/** A table's plans by the id of the writer's schema; why there is none otherwise. */
type Plans = Map<number, Plan | 'unknown schema id' | 'schema does not fit'>

const learnIds = async (
  records: readonly RawRecord[],
  plans: Plans,
  table: Table,
  schemas: WriterSchemas,
): Promise<void> => {
  const ids = new Set(records.map(({ value }) => (value === null ? undefined : schemaIdOf(value))))
  for (const id of ids) {
    if (id === undefined || typeof plans.get(id) === 'function') continue
    const writerSchema = await schemas(id)
    if (writerSchema === undefined) plans.set(id, 'unknown schema id')
    else plans.set(id, planOf(table, writerSchema))
  }
}

const planOf = ({ topic, columns }: Table, writerSchema: string): Plan | 'schema does not fit' => {
  try {
    const readerSchema = loadSchema(topic.schema)
    return compilePlan({ writerSchema, readerSchema, columns, privacy: piiEngine })
  } catch {
    return 'schema does not fit'
  }
}

/** The plan for a value, or why there is none. */
const planFor = (value: Buffer, plans: Plans): Plan | string => {
  const id = schemaIdOf(value)
  return id === undefined ? 'not avro' : (plans.get(id) ?? 'unknown schema id')
}

/** Avro records in Confluent's wire format, transcoded to the columns of their table, marked fields redacted on the way. */
export const avroRows = (
  table: Table,
  options: { readonly repeatsBy?: string } = {},
): SinkInput => ({
  topic: table.topic.name,
  table: table.name,
  columns: table.columns.map(({ name }) => name),
  ...options,
  transcoder: (schemas): Transcoder => {
    const plans: Plans = new Map()
    // One for all rows: a plan reads it while it runs, and keeps nothing.
    const envelope = { topic: '', partition: 0, offset: 0n, arrivedAtMs: 0, isRepeat: false }
    return {
      prepare: (records) => learnIds(records, plans, table, schemas),
      append: ({ value, position, timestampMs }, to, isRepeat) => {
        if (value === null) return 'no value'
        const plan = planFor(value, plans)
        if (typeof plan === 'string') return plan
        envelope.topic = position.topic
        envelope.partition = position.partition
        envelope.offset = position.offset
        envelope.arrivedAtMs = timestampMs
        envelope.isRepeat = isRepeat
        return plan(value, wireHeaderBytes, to, envelope)
      },
    }
  },
})
