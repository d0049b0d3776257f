import { ClickHouseError } from '../../errors.ts'
import type { ClickHouse } from '../../outside.ts'
import type { SinkInput } from '../../sink.ts'
import { type BlockStore, Refused } from './block-store.ts'
import { type Bounds, rowPlace } from './bounds.ts'
import { RepeatIndex } from './repeats.ts'

const insertSettings = (token: string) => ({
  insert_deduplication_token: token,
  insert_deduplicate: 1,
  async_insert: 0,
  deduplicate_blocks_in_dependent_materialized_views: 1,
})

const within =
  'kafka_partition = {partition:Int32} AND kafka_offset BETWEEN {low:Int64} AND {high:Int64}'

/** The table of an input, for the commit protocol. */
export const tableStore = (
  { table, topic, columns }: SinkInput,
  clickhouse: ClickHouse,
): BlockStore => {
  const ofTopic = columns.includes('kafka_topic') ? 'kafka_topic = {topic:String} AND ' : ''
  return {
    insert: async (bytes, token) => {
      const sql = `INSERT INTO ${table} (${columns.join(', ')}) FORMAT RowBinary`
      try {
        await clickhouse.exec(sql, bytes, { settings: insertSettings(token) })
      } catch (error) {
        if (error instanceof ClickHouseError) throw new Refused(error.message)
        throw error
      }
    },
    storedPlaces: async ({ partition, low, high }: Bounds) => {
      const rows = await clickhouse.query<{ offset: string; at: string }>(
        `SELECT toString(kafka_offset) AS offset, toString(toUnixTimestamp64Milli(arrived_at)) AS at FROM ${table} WHERE ${ofTopic}${within}`,
        { topic, partition, low: String(low), high: String(high) },
      )
      return new Set(rows.map(({ offset, at }) => rowPlace(BigInt(offset), Number(at))))
    },
  }
}

/** The newest offset that the table holds of a partition; -1 when it holds none. */
export const newestStored = async (
  { table, topic, columns }: SinkInput,
  partition: number,
  clickhouse: ClickHouse,
): Promise<bigint> => {
  const ofTopic = columns.includes('kafka_topic') ? 'kafka_topic = {topic:String} AND ' : ''
  const [found] = await clickhouse.query<{ newest: string }>(
    `SELECT toString(max(kafka_offset)) AS newest FROM ${table} WHERE ${ofTopic}kafka_partition = {partition:Int32} HAVING count() > 0`,
    { topic, partition },
  )
  return BigInt(found?.newest ?? -1)
}

/** The ids that the table holds of a partition, newest `idsMax`. */
export const loadRepeats = async (
  { table, repeatsBy }: SinkInput,
  partition: number,
  idsMax: number,
  clickhouse: ClickHouse,
): Promise<RepeatIndex> => {
  const index = new RepeatIndex(idsMax)
  if (repeatsBy === undefined) return index
  const newest = `SELECT ${repeatsBy} AS id, kafka_offset FROM ${table} WHERE kafka_partition = {partition:Int32} ORDER BY kafka_offset DESC LIMIT {idsMax:UInt32}`
  const rows = await clickhouse.query<{ id: string; offset: string }>(
    `SELECT id, toString(kafka_offset) AS offset FROM (${newest}) ORDER BY kafka_offset`,
    { partition, idsMax },
  )
  for (const { id, offset } of rows) index.isRepeat(id, BigInt(offset))
  return index
}
