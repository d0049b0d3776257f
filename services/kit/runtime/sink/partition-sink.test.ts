import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import type { PartitionOwner, RawBatch, RawRecord } from '../../broker.ts'
import { Transient } from '../../errors.ts'
import { type BlockStore, Refused } from './block-store.ts'
import { type Bounds, rowPlace } from './bounds.ts'
import { ByteBudget } from './byte-budget.ts'
import { PartitionSink } from './partition-sink.ts'
import { type StoreBlockOptions, storeBlock } from './store-block.ts'

const arrivedMs = Date.UTC(2026, 0, 1)

/** Simulated: one partition of a broker, whose committed offset outlives the sink. */
class SimulatedPartition {
  committed = { offset: -1n, metadata: '' }
  readonly records: readonly RawRecord[]
  constructor(offsets: readonly number[]) {
    this.records = offsets.map((offset) => ({
      position: { topic: 't', partition: 0, offset: BigInt(offset) },
      key: Buffer.from(`id-${offset}`),
      value: Buffer.from(String(offset)),
      headers: {},
      timestampMs: arrivedMs,
    }))
  }
}

/** Simulated: a table that deduplicates blocks by token, with crashes before, inside and after an insert. */
class SimulatedTable implements BlockStore {
  readonly rows: bigint[] = []
  readonly tokens = new Set<string>()
  faults: ('none' | 'lost answer' | 'burnt token' | 'not arrived')[] = []
  refuses = new Set<string>()

  async insert(bytes: Uint8Array, token: string): Promise<void> {
    const fault = this.faults.shift() ?? 'none'
    const rows = Buffer.from(bytes).toString().split(',')
    if (rows.some((row) => this.refuses.has(row))) throw new Refused('code 27')
    if (fault === 'not arrived') throw new Transient('connection refused')
    if (!this.tokens.has(token)) {
      this.tokens.add(token)
      if (fault !== 'burnt token') this.rows.push(...rows.map(BigInt))
    }
    if (fault !== 'none') throw new Transient('connection reset')
  }

  async storedPlaces({ low, high }: Bounds): Promise<ReadonlySet<string>> {
    const rows = this.rows.filter((row) => row >= low && row <= high)
    return new Set(rows.map((row) => rowPlace(row, arrivedMs)))
  }
}

class Killed extends Error {}

/** Runs a sink over the partition until it has all, or is killed at its nth step. */
const runSink = async (
  partition: SimulatedPartition,
  table: SimulatedTable,
  { killAtStep = Number.MAX_SAFE_INTEGER, fetchSize = 3, rowsMax = 4, lingers = false } = {},
): Promise<bigint[]> => {
  let step = 0
  const alive = <T>(action: () => Promise<T>): Promise<T> => {
    step += 1
    if (step >= killAtStep) throw new Killed('SIGKILL')
    return action()
  }
  const owner: PartitionOwner = {
    topic: 't',
    partition: 0,
    lost: new AbortController().signal,
    committed: async () => partition.committed,
    commit: (offset, metadata) =>
      alive(async () => {
        partition.committed = { offset, metadata }
      }),
  }
  const dead: bigint[] = []
  let failure: unknown
  let waiting: (() => void) | undefined
  const options: Omit<StoreBlockOptions, 'announcePart' | 'announced'> = {
    store: {
      insert: (bytes, token) => alive(() => table.insert(bytes, token)),
      storedPlaces: (bounds) => table.storedPlaces(bounds),
    },
    encode: async (records) => ({
      bytes: Buffer.from(records.map(({ value }) => value).join(',')),
      accepted: records,
      rejected: [],
    }),
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
    onRepair: () => {},
  }
  const sink = new PartitionSink(owner, {
    budget: new ByteBudget(1e6),
    limits: { rowsMax, bytesMax: 1e6, lingerMs: 60_000 },
    newestStored: async () => -1n,
    store: (records, bounds, history, protocol) =>
      storeBlock(records, bounds, history, { ...options, ...protocol }),
    reject: async (rows) => {
      dead.push(...rows.map(({ record }) => record.position.offset))
    },
    onStored: () => {},
    onFailure: (error) => {
      failure ??= error
    },
    after: (_, action) => {
      waiting = action
      return () => {
        waiting = undefined
      }
    },
  })
  const start = await sink.startOffset()
  const records = partition.records.filter(({ position }) => position.offset >= start)
  for (let at = 0; at < records.length; at += fetchSize) {
    const batch: RawBatch = {
      topic: 't',
      partition: 0,
      records: records.slice(at, at + fetchSize),
      endOffset: 1000n,
    }
    await sink.take(batch)
    if (lingers) waiting?.()
    if (failure !== undefined) throw failure
  }
  waiting?.()
  await sink.close()
  if (failure !== undefined) throw failure
  return dead
}

const full = (table: SimulatedTable) => table.rows.toSorted((a, b) => Number(a - b)).map(Number)

test('records end in the table once, in blocks, and the group moves past them', async () => {
  const partition = new SimulatedPartition([0, 1, 2, 3, 4, 5, 6, 7])
  const table = new SimulatedTable()
  await runSink(partition, table)
  expect(full(table)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(table.tokens).toEqual(new Set([`t:0:0-3@${arrivedMs}`, `t:0:4-7@${arrivedMs}`]))
  expect(partition.committed).toEqual({
    offset: 8n,
    metadata: JSON.stringify({ at: arrivedMs }),
  })
})

test('a burnt token acknowledges nothing: the rows are read back and repaired', async () => {
  const partition = new SimulatedPartition([0, 1, 2, 3])
  const table = new SimulatedTable()
  table.faults = ['burnt token']
  await runSink(partition, table)
  expect(full(table)).toEqual([0, 1, 2, 3])
  expect([...table.tokens][1]).toContain(`t:0:0-3@${arrivedMs}:repair-1:`)
})

test('one row that ClickHouse refuses does not cost its block', async () => {
  const partition = new SimulatedPartition([0, 1, 2, 3])
  const table = new SimulatedTable()
  table.refuses = new Set(['2'])
  expect(await runSink(partition, table)).toEqual([2n])
  expect(full(table)).toEqual([0, 1, 3])
})

const faults = fc.constantFrom('none', 'lost answer', 'burnt token', 'not arrived') as fc.Arbitrary<
  SimulatedTable['faults'][number]
>

property.prop(
  [
    fc.uniqueArray(fc.nat(60), { minLength: 8, maxLength: 40 }),
    fc.array(faults, { maxLength: 12 }),
    fc.array(fc.nat(60).map(String), { maxLength: 3 }),
    fc.array(
      fc.record({
        killAtStep: fc.integer({ min: 1, max: 12 }),
        fetchSize: fc.integer({ min: 1, max: 7 }),
        rowsMax: fc.integer({ min: 1, max: 6 }),
        lingers: fc.boolean(),
      }),
      { maxLength: 12 },
    ),
  ],
  { numRuns: 2000 },
)(
  'no kill, lost answer or burnt token loses a row or stores one twice',
  async (offsets, list, refuses, lives) => {
    const partition = new SimulatedPartition(offsets.toSorted((a, b) => a - b))
    const table = new SimulatedTable()
    table.faults = [...list]
    table.refuses = new Set(refuses)
    for (const life of lives)
      await runSink(partition, table, life).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error
      })
    table.faults = []
    await runSink(partition, table, { rowsMax: 1 })
    const storable = offsets.filter((offset) => !table.refuses.has(String(offset)))
    expect(full(table)).toEqual(storable.toSorted((a, b) => a - b))
  },
)
