import { tables, topics } from '#schemas'
import type { StackAddresses } from '../../infra/native/stack-parts.ts'
import type { Ask } from './clickhouse.ts'

const table = tables.find(({ topic }) => topic === topics.inferenceLogs)

const envelopes: Readonly<Record<string, string>> = {
  partition: '_partition',
  offset: '_offset',
  arrivedAtMs: '_timestamp_ms',
}

/** A column that the Kafka engine can fill, and what it selects for it; `queued` declares a field of the record. */
interface Filled {
  readonly name: string
  readonly field: string
  readonly queued?: string
}

/** It redacts nothing and knows no repeats: those columns keep their defaults. */
const columns = (table?.columns ?? []).flatMap(({ name, type, source }): Filled[] => {
  if (source.kind === 'field') {
    const field = source.path.join('.')
    return [{ name, field, queued: `${field} ${type}` }]
  }
  const field = envelopes[source.value]
  return field === undefined ? [] : [{ name, field }]
})

/** One number for the rows of a table, whatever their order: two ways of the same records must agree. */
export const fingerprintOf = (ask: Ask, of: string): Promise<string> =>
  ask(`SELECT sum(cityHash64(${columns.map(({ name }) => name).join(', ')})) FROM ${of}`)

/** Lets ClickHouse read the topic by its own Kafka engine into a table of ours; returns what ends it. */
export const startKafkaEngine = async (
  ask: Ask,
  target: string,
  { kafka, registry }: StackAddresses,
): Promise<() => Promise<void>> => {
  const queued = columns.flatMap(({ queued: column }) => column ?? [])
  await ask(`CREATE TABLE ${target}_queue (${queued.join(', ')}) ENGINE = Kafka SETTINGS
    kafka_broker_list = '${kafka.brokers.join(',')}', kafka_topic_list = '${topics.inferenceLogs.name}',
    kafka_group_name = 'bench-kafka-engine', kafka_format = 'AvroConfluent',
    format_avro_schema_registry_url = '${registry.url}'`)
  const selected = columns.map(({ name, field }) => `${field} AS ${name}`)
  await ask(
    `CREATE MATERIALIZED VIEW ${target}_view TO ${target} AS SELECT ${selected.join(', ')} FROM ${target}_queue`,
  )
  return async () => {
    await ask(`DROP TABLE ${target}_view SYNC`)
    await ask(`DROP TABLE ${target}_queue SYNC`)
  }
}
