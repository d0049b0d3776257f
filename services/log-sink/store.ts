import { avroRows, defineSink, integer } from '#kit'
import { tables, topics } from '#schemas'
import { deadLetterRows } from './dead-letters.ts'

/** Every topic that ends in a table, and all dead letters into one. */
export const store = defineSink({
  service: 'log-sink',
  name: 'store',
  settings: {
    rowsMax: integer('SINK_ROWS_MAX', 10_000, 'Most rows of one insert.', { min: 1, max: 60_000 }),
    bytesMax: integer('SINK_BYTES_MAX', 32_000_000, 'Most bytes of one insert.', { min: 1 }),
    bufferBytesMax: integer(
      'SINK_BUFFER_BYTES_MAX',
      256_000_000,
      'Bytes that all partitions together hold before they take no more.',
      { min: 1 },
    ),
    lingerMs: integer('SINK_LINGER_MS', 50, 'How long a record waits for company when caught up.'),
    idsMax: integer('SINK_IDS_MAX', 200_000, 'Request ids kept a partition, to mark repeats.'),
  },
  limits: (settings) => settings,
  inputs: [
    ...tables.map((table) =>
      table.columns.some(({ name }) => name === 'is_repeat')
        ? avroRows(table, { repeatsBy: 'request_id' })
        : avroRows(table),
    ),
    ...topics.servicesWithDeadLetters.map(deadLetterRows),
  ],
})
