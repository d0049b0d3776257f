import { avroRows, defineSink, integer, run, type SinkInput, wire } from '#kit'
import { loadSchema, type Table, tables, topics } from '#schemas'
import { compilePlan } from '../../services/kit/transcode/index.ts'

/**
 * The log-sink's way from inference logs to a table, less the redaction: for the bench alone, to tell what redaction costs.
 * No service can be set so.
 */
const unredacted = (table: Table): SinkInput => ({
  ...avroRows(table, { repeatsBy: 'request_id' }),
  table: 'bench_unredacted',
  transcoder: (schemas) => {
    const plans = new Map<number, ReturnType<typeof compilePlan>>()
    return {
      prepare: async (records) => {
        const ids = new Set(records.flatMap(({ value }) => value?.readUInt32BE(1) ?? []))
        for (const id of ids) {
          if (plans.has(id)) continue
          const parts = {
            writerSchema: await schemas(id),
            readerSchema: loadSchema(table.topic.schema),
          }
          plans.set(id, compilePlan({ ...parts, columns: table.columns, privacy: 'off' }))
        }
      },
      append: ({ value, position, timestampMs }, to, isRepeat) => {
        const plan = value === null ? undefined : plans.get(value.readUInt32BE(1))
        if (value === null || plan === undefined) return 'no value'
        return plan(value, 5, to, { ...position, arrivedAtMs: timestampMs, isRepeat })
      },
    }
  },
})

const table = tables.find(({ topic }) => topic === topics.inferenceLogs)
if (table === undefined) throw new Error('no table for inference logs')

const store = defineSink({
  service: 'unredacted-sink',
  name: 'store',
  settings: {
    rowsMax: integer('SINK_ROWS_MAX', 10_000, 'As in the log-sink.'),
    bytesMax: integer('SINK_BYTES_MAX', 32_000_000, 'As in the log-sink.'),
    lingerMs: integer('SINK_LINGER_MS', 50, 'As in the log-sink.'),
    bufferBytesMax: integer('SINK_BUFFER_BYTES_MAX', 256_000_000, 'As in the log-sink.'),
    idsMax: integer('SINK_IDS_MAX', 200_000, 'As in the log-sink.'),
  },
  limits: (settings) => settings,
  inputs: [unredacted(table)],
})

await run('unredacted-sink', async () => [wire(store, undefined)])
