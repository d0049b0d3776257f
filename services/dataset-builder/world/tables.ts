import type { ClickHouse } from '#kit'
import type { SourceOffset } from '#schemas'
import type { Published, Tables, Window } from '../build.ts'
import type { Arrivals } from '../due.ts'
import type { Bodies } from '../example.ts'
import type { HumanAnswer, Outline } from '../select.ts'
import { positionKey } from '../version.ts'

/** 64-bit integers may come as text; all of ours fit a double. */
type Wire<Row> = { readonly [K in keyof Row]: Row[K] extends number ? number | string : Row[K] }

const belowOffsets = `kafka_offset < transform(kafka_partition, {partitions:Array(Int32)}, {ends:Array(Int64)}, toInt64(0))`

const vectorOf = (offsets: readonly SourceOffset[]) => ({
  partitions: offsets.map(({ partition }) => partition),
  ends: offsets.map(({ offset }) => offset),
})

const inWindow = `workload = {workload:String} AND ${belowOffsets}
    AND event_time >= fromUnixTimestamp64Milli({fromMs:Int64})`

const newest = `ORDER BY event_time DESC, kafka_partition, kafka_offset DESC LIMIT {rowsMax:UInt32}`

const parametersOf = ({ workload, fromMs, offsets, rowsMax }: Window) => ({
  ...vectorOf(offsets),
  workload,
  fromMs,
  rowsMax,
})

const offsetsQuery = `
  SELECT kafka_partition AS partition, max(kafka_offset) + 1 AS offset
  FROM curated GROUP BY kafka_partition ORDER BY kafka_partition`

const arrivalsQuery = `
  SELECT workload,
    countIf(fresh) AS freshRows,
    toUnixTimestamp64Milli(max(arrived)) AS newestMs,
    if(freshRows = 0, 0, toUnixTimestamp64Milli(minIf(arrived, fresh))) AS oldestFreshMs
  FROM (
    SELECT toString(workload) AS workload, arrived_at AS arrived,
      kafka_offset >= transform(concat(toString(curated.workload), '/', toString(kafka_partition)),
        {keys:Array(String)}, {floors:Array(Int64)}, toInt64(0)) AS fresh
    FROM curated WHERE ${belowOffsets}
  ) GROUP BY workload ORDER BY workload`

const outlinesQuery = `
  SELECT request_id AS requestId, parent_id AS parentId, toString(served_by) AS servedBy,
    subject, session_id AS sessionId, request_hash AS requestHash, label, flags,
    redaction_failed AS redactionFailed,
    toUnixTimestamp64Milli(least(event_time, arrived_at)) AS eventTimeMs,
    kafka_partition AS partition, kafka_offset AS offset
  FROM curated WHERE ${inWindow} ${newest}`

const humanAnswersQuery = `
  SELECT request_id AS requestId, toString(kind) AS kind, value, correction,
    toUnixTimestamp64Milli(arrived_at) AS arrivedAtMs
  FROM feedback
  WHERE kind IN ('label', 'correction') AND author = 'person' AND (kind = 'correction' OR value != '')
    AND request_id IN (
      SELECT arrayJoin(ids) FROM (
        SELECT [request_id, parent_id] AS ids FROM curated WHERE ${inWindow} ${newest}))
  ORDER BY arrived_at, kafka_partition, kafka_offset`

const bodiesQuery = `
  SELECT kafka_partition AS partition, kafka_offset AS offset, request, response
  FROM curated WHERE ${inWindow} ${newest}`

const publishedQuery = `
  SELECT content_hash AS contentHash, trigger_id AS triggerId
  FROM training_ready WHERE workload = {workload:String} ORDER BY kafka_partition, kafka_offset`

const arrivals = async (
  clickhouse: Pick<ClickHouse, 'query'>,
  offsets: readonly SourceOffset[],
  last: ReadonlyMap<string, readonly SourceOffset[]>,
): Promise<readonly Arrivals[]> => {
  const floors = [...last].flatMap(([workload, vector]) =>
    vector.map(({ partition, offset }) => ({ key: `${workload}/${partition}`, offset })),
  )
  // An empty array has no type of its own for `transform`.
  const known = floors.length > 0 ? floors : [{ key: '', offset: 0 }]
  const rows = await clickhouse.query<Wire<Arrivals>>(arrivalsQuery, {
    ...vectorOf(offsets),
    keys: known.map(({ key }) => key),
    floors: known.map(({ offset }) => offset),
  })
  return rows.map(({ workload, freshRows, newestMs, oldestFreshMs }) => ({
    workload,
    freshRows: Number(freshRows),
    newestMs: Number(newestMs),
    oldestFreshMs: Number(oldestFreshMs),
  }))
}

const outlines = async (
  clickhouse: Pick<ClickHouse, 'query'>,
  window: Window,
): Promise<readonly Outline[]> => {
  const rows = await clickhouse.query<Wire<Outline>>(outlinesQuery, parametersOf(window))
  return rows.map((row) => ({
    ...row,
    eventTimeMs: Number(row.eventTimeMs),
    partition: Number(row.partition),
    offset: Number(row.offset),
  }))
}

const bodies = async (
  clickhouse: Pick<ClickHouse, 'query'>,
  window: Window,
): Promise<ReadonlyMap<string, Bodies>> => {
  type Row = Bodies & SourceOffset
  const rows = await clickhouse.query<Wire<Row>>(bodiesQuery, parametersOf(window))
  return new Map(
    rows.map(({ partition, offset, request, response }) => {
      const position = { partition: Number(partition), offset: Number(offset) }
      return [positionKey(position), { request, response }]
    }),
  )
}

const published = async (
  clickhouse: Pick<ClickHouse, 'query'>,
  workload: string,
): Promise<Published> => {
  const rows = await clickhouse.query<{ contentHash: string; triggerId: string }>(publishedQuery, {
    workload,
  })
  return {
    contentHashes: new Set(rows.map(({ contentHash }) => contentHash)),
    triggerIds: new Set(rows.map(({ triggerId }) => triggerId).filter((id) => id !== '')),
  }
}

/**
 * The tables `curated`, `feedback` and `training_ready`. The sink writes a partition in order, one atomic block after the
 * other, so the greatest offset of a partition says that all before it are there.
 */
export const clickhouseTables = (clickhouse: Pick<ClickHouse, 'query'>): Tables => ({
  offsets: async () => {
    const rows = await clickhouse.query<Wire<SourceOffset>>(offsetsQuery)
    return rows.map(({ partition, offset }) => ({
      partition: Number(partition),
      offset: Number(offset),
    }))
  },
  arrivals: (offsets, last) => arrivals(clickhouse, offsets, last),
  outlines: (window) => outlines(clickhouse, window),
  humanAnswers: async (window) => {
    const rows = await clickhouse.query<Wire<HumanAnswer>>(humanAnswersQuery, parametersOf(window))
    return rows.map((row) => ({ ...row, arrivedAtMs: Number(row.arrivedAtMs) }))
  },
  bodies: (window) => bodies(clickhouse, window),
  published: (workload) => published(clickhouse, workload),
})
