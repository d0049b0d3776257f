import { type Delivery, defineTimer, digest, emitAll, integer } from '#kit'
import { topics } from '#schemas'

/** A row that must go, and why. */
export interface FoundRow {
  readonly subject: string
  readonly table: string
  /** Hash of the call's request id, hex; empty where the row is not a call of the person. */
  readonly call: string
  readonly partition: number
  readonly offset: number
}

/** What forgetting needs of the outside. */
export interface World {
  /** Rows of forgotten people that stand in the tables, at most so many of each table. */
  readonly find: (rowsMax: number, signal: AbortSignal) => Promise<readonly FoundRow[]>
}

const remember = (rows: readonly FoundRow[], table: string, tickMs: number): Delivery => ({
  kind: 'insertRows',
  id: digest('remember', table, String(tickMs)),
  table: 'forgotten_rows',
  rows: rows.map(({ subject, call, partition, offset }) => ({
    subject,
    call,
    table_name: table,
    kafka_partition: partition,
    kafka_offset: offset,
    found_at: (tickMs / 1000).toFixed(3),
  })),
})

const remove = (rows: readonly FoundRow[], table: string, tickMs: number): Delivery => ({
  kind: 'deleteRows',
  id: digest('delete', table, String(tickMs)),
  table,
  positions: rows.map(({ partition, offset }) => ({ partition, offset })),
})

/**
 * Deletes what the tables hold of people who are forgotten, tick after tick: what a late record, a replay or a repair brings
 * back goes too. Rows are written down in `forgotten_rows` before they go; what was said of a call is found by that.
 */
export const forget = defineTimer({
  service: 'log-sink',
  name: 'forget',
  owner: topics.subjectsForgotten,
  outputs: [],
  settings: {
    intervalMs: integer(
      'FORGET_INTERVAL_MS',
      15_000,
      'How often to look for rows of people who are forgotten.',
      { min: 100 },
    ),
    rowsMax: integer('FORGET_ROWS_MAX', 5000, 'Most rows of a table deleted at a time.', {
      min: 1,
      max: 5000,
    }),
  },
  intervalMs: ({ intervalMs }) => intervalMs,

  gather: (_tickMs, world: World, { rowsMax }, signal) => world.find(rowsMax, signal),

  decide: ({ facts, tickMs }) => {
    const byTable = [...Map.groupBy(facts, ({ table }) => table)]
    return emitAll(
      [],
      byTable.flatMap(([table, rows]) => [
        remember(rows, table, tickMs),
        remove(rows, table, tickMs),
      ]),
    )
  },
})
