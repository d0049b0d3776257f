import { type Column, columnsOf, positionColumns, privacyColumns, repeatColumn } from './columns.ts'
import { loadSchema } from './load.ts'
import type { Topic } from './topic.ts'
import * as topics from './topics.ts'

/** The ClickHouse table that keeps a topic. */
export interface Table {
  readonly name: string
  readonly topic: Topic
  readonly comment: string
  readonly columns: readonly Column[]
  readonly orderBy: readonly string[]
}

const tableOf = (
  topic: Topic,
  comment: string,
  orderBy: readonly string[],
  extra: readonly Column[] = [],
): Table => {
  const text = loadSchema(topic.schema)
  const columns = columnsOf(JSON.parse(text), new Map(), [])
  const privacy = text.includes('"pii"') ? privacyColumns : []
  return {
    name: topic.name.replaceAll('-', '_'),
    topic,
    comment,
    columns: [...columns, ...extra, ...privacy, ...positionColumns],
    orderBy,
  }
}

/** Every topic that ends in a table, with the table's columns in order. */
export const tables: readonly Table[] = [
  tableOf(
    topics.inferenceLogs,
    'One row a model call.',
    ['workload', 'event_time', 'request_id'],
    [repeatColumn],
  ),
  tableOf(topics.feedback, 'What people and judges say of calls.', ['request_id']),
  tableOf(topics.documents, 'Source documents and their removals.', ['document_id']),
  tableOf(topics.curated, 'Cleaned examples with their lineage.', ['workload', 'event_time']),
  tableOf(topics.reviews, 'Records that a person should judge.', ['workload', 'event_time']),
  tableOf(topics.trainingReady, 'Dataset versions.', ['workload', 'created_at']),
  tableOf(topics.candidates, 'Models to judge.', ['workload', 'created_at']),
  tableOf(topics.evalResults, 'Scores, paired against the champion.', ['workload', 'created_at']),
  tableOf(topics.promotions, 'Decisions of the gate.', ['workload', 'revision']),
  tableOf(
    topics.observations,
    'Features that drift watches.',
    ['workload', 'event_time'],
    [repeatColumn],
  ),
  tableOf(topics.findings, 'Verdicts on drift.', ['workload', 'feature', 'created_at']),
  tableOf(topics.retrainTriggers, 'Why the wheel turned again.', ['workload', 'created_at']),
  tableOf(topics.subjectsForgotten, 'People whose data must go.', ['subject', 'requested_at']),
]

/** Dead letters of every service, without their body. */
export const deadLettersTable = {
  name: 'dead_letters',
  comment: 'Records that a service rejected; their bodies stay in Kafka.',
  columns: [
    ['service', 'LowCardinality(String)', 'Service that rejected it.'],
    ['reason', 'LowCardinality(String)', 'Named reason.'],
    ['message', 'String', 'Detail, redacted.'],
    ['source_topic', 'LowCardinality(String)', 'Topic it came from.'],
    ['source_partition', 'Int32', 'Partition it came from.'],
    ['source_offset', 'Int64', 'Offset it came from.'],
    ['size_bytes', 'Int64', 'Size of the record.'],
    ['kafka_topic', 'LowCardinality(String)', 'Dead-letter topic.'],
    ['kafka_partition', 'Int32', 'Partition of the dead letter.'],
    ['kafka_offset', 'Int64', 'Offset of the dead letter.'],
    ['arrived_at', "DateTime64(3, 'UTC')", 'When Kafka took the dead letter.'],
  ],
  orderBy: ['service', 'arrived_at'],
} as const
