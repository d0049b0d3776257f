import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { clickhouseHttp } from '../../adapters/clickhouse/index.ts'
import type { RawRecord } from '../../broker.ts'
import { Transient } from '../../errors.ts'
import { RowWriter } from '../../transcode/index.ts'
import type { BlockStore } from './block-store.ts'
import { type Bounds, blockToken } from './bounds.ts'
import { type StoreBlockOptions, storeBlock } from './store-block.ts'
import { newestStored, tableStore } from './table-store.ts'

const { url, user, password } = inject('stack').clickhouse
const application = 'flywheel-test'
const clickhouse = clickhouseHttp({ url, user, password, database: 'default', application })
const base = `sink_${randomUUID().replaceAll('-', '')}`
const window = 'SETTINGS non_replicated_deduplication_window = 1000'

beforeAll(async () => {
  await clickhouse.command(
    `CREATE TABLE ${base} (kafka_topic String, kafka_partition Int32, kafka_offset Int64,
       arrived_at DateTime64(3, 'UTC'), CONSTRAINT fine CHECK kafka_offset % 100 != 13)
     ENGINE = MergeTree ORDER BY kafka_offset ${window}`,
  )
  await clickhouse.command(
    `CREATE TABLE ${base}_sum (kafka_topic String, rows UInt64)
     ENGINE = SummingMergeTree ORDER BY kafka_topic ${window}`,
  )
  await clickhouse.command(
    `CREATE MATERIALIZED VIEW ${base}_view TO ${base}_sum AS
     SELECT kafka_topic, count() AS rows FROM ${base}
     WHERE NOT endsWith(getSetting('insert_deduplication_token'), ':table-only') GROUP BY kafka_topic`,
  )
})

afterAll(async () => {
  for (const name of [`${base}_view`, `${base}_sum`, base])
    await clickhouse.command(`DROP TABLE IF EXISTS ${name}`)
  await clickhouse.close()
})

const inputOf = (topic: string) => ({
  topic,
  table: base,
  columns: ['kafka_topic', 'kafka_partition', 'kafka_offset', 'arrived_at'],
  transcoder: () => ({ prepare: async () => {}, append: () => undefined }),
})

const recordsOf = (topic: string, offsets: readonly number[], arrivedMs: number): RawRecord[] =>
  offsets.map((offset) => ({
    position: { topic, partition: 0, offset: BigInt(offset) },
    key: null,
    value: null,
    headers: {},
    timestampMs: arrivedMs,
  }))

const encode: StoreBlockOptions['encode'] = async (records) => {
  const writer = new RowWriter()
  const wide = (value: bigint, size: number) =>
    writer.integer(Number(value & 0xffffffffn) | 0, Number(value >> 32n) | 0, size)
  for (const { position, timestampMs } of records) {
    writer.string(position.topic)
    wide(0n, 4)
    wide(position.offset, 8)
    wide(BigInt(timestampMs), 8)
  }
  return { bytes: Buffer.from(writer.written()), accepted: records, rejected: [] }
}

const boundsOf = (records: readonly RawRecord[]): Bounds => {
  const { position, timestampMs: sinceMs } = records[0] ?? expect.fail('no records')
  const high = records.at(-1)?.position.offset ?? -1n
  return { topic: position.topic, partition: 0, low: position.offset, high, sinceMs }
}

const storeWith = async (
  records: readonly RawRecord[],
  store: BlockStore,
  history: 'new' | 'replayed',
) => {
  const repairs: number[] = []
  const rejected = await storeBlock(records, boundsOf(records), history, {
    store,
    encode,
    patiently: async (attempt, onFailure) => {
      for (;;) {
        try {
          return await attempt()
        } catch (error) {
          if (!(error instanceof Transient)) throw error
          onFailure()
        }
      }
    },
    onRepair: (rows) => repairs.push(rows),
    announcePart: async () => {},
  })
  return { rejected: rejected.map(({ record }) => Number(record.position.offset)), repairs }
}

const counts = async (topic: string) => {
  const [table] = await clickhouse.query<{ n: number; distinct: number }>(
    `SELECT count() AS n, uniqExact(kafka_offset, arrived_at) AS distinct FROM ${base} WHERE kafka_topic = {topic:String}`,
    { topic },
  )
  const [view] = await clickhouse.query<{ n: number }>(
    `SELECT sum(rows) AS n FROM ${base}_sum WHERE kafka_topic = {topic:String}`,
    { topic },
  )
  return { rows: table?.n, distinct: table?.distinct, counted: view?.n }
}

/** The crash between a token and its part, to the letter: the token stands, the rows do not. */
const burn = async (topic: string, records: readonly RawRecord[]) => {
  const { bytes } = await encode(records)
  await tableStore(inputOf(topic), clickhouse).insert(bytes, blockToken(boundsOf(records)))
  await clickhouse.command(
    `ALTER TABLE ${base} DELETE WHERE kafka_topic = '${topic}'`,
    {},
    { settings: { mutations_sync: 1 } },
  )
}

test('a burnt token acknowledges nothing for ever; read back, its rows are repaired and counted once', async () => {
  const records = recordsOf('burnt', [0, 1, 2, 4], Date.UTC(2026, 0, 2))
  const store = tableStore(inputOf('burnt'), clickhouse)
  await burn('burnt', records)
  const { bytes } = await encode(records)
  await store.insert(bytes, blockToken(boundsOf(records)))
  expect(await counts('burnt')).toMatchObject({ rows: 0 })
  expect(await storeWith(records, store, 'replayed')).toEqual({ rejected: [], repairs: [4] })
  expect(await counts('burnt')).toEqual({ rows: 4, distinct: 4, counted: 4 })
  expect(await newestStored(inputOf('burnt'), 0, clickhouse)).toBe(4n)
  expect(await newestStored(inputOf('burnt'), 1, clickhouse)).toBe(-1n)
})

test('one row that ClickHouse refuses does not cost its block', async () => {
  const records = recordsOf('refused', [10, 11, 12, 13, 14, 15], Date.UTC(2026, 0, 2))
  const store = tableStore(inputOf('refused'), clickhouse)
  expect((await storeWith(records, store, 'new')).rejected).toEqual([13])
  expect(await counts('refused')).toEqual({ rows: 5, distinct: 5, counted: 5 })
})

test('a topic made anew has its own rows at the same offsets', async () => {
  const store = tableStore(inputOf('anew'), clickhouse)
  for (const arrivedMs of [1_700_000_000_000, 1_700_000_900_000]) {
    const records = recordsOf('anew', [0, 1, 2], arrivedMs)
    expect((await storeWith(records, store, 'replayed')).rejected).toEqual([])
  }
  expect(await counts('anew')).toEqual({ rows: 6, distinct: 6, counted: 6 })
})
