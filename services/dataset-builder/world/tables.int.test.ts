import { randomUUID } from 'node:crypto'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { readSettings } from '#kit'
import { build, type World } from '../build.ts'
import { bodiesOf } from '../testing.ts'
import { clickhouseTables } from './tables.ts'
import { row, tableStatements, withTimes } from './testing.ts'

const database = `dataset_builder_${randomUUID().replaceAll('-', '')}`
let client: ClickHouseClient

const insert = async (table: string, values: readonly object[]): Promise<void> => {
  await client.insert({ table, values: [...values], format: 'JSONEachRow' })
}

beforeAll(async () => {
  const { url, user, password } = inject('stack').clickhouse
  const options = { url, username: user, password }
  const root = createClient(options)
  await root.command({ query: `CREATE DATABASE ${database}` })
  await root.close()
  client = createClient({ ...options, database })
  for (const query of tableStatements(database)) await client.command({ query })
  await insert('curated', [
    row(0, 0, { request_id: 'a', event_time: 10_000 }),
    row(0, 1, { request_id: 'b', event_time: 20_000, served_by: 'student:x' }),
    row(0, 2, { request_id: 'c', event_time: 30_000, workload: 'other' }),
    row(1, 5, { request_id: 'd', event_time: 40_000, parent_id: 'b', flags: ['truncated'] }),
  ])
  const label = { kind: 'label', author: 'person', arrived_at: 50_000, kafka_partition: 0 }
  await insert(
    'feedback',
    [
      { ...label, request_id: 'b', value: 'deliver', kafka_offset: 2 },
      { ...label, request_id: 'b', value: 'quarantine', kafka_offset: 1 },
      { ...label, request_id: 'b', value: 'deliver', kafka_offset: 3, author: 'judge' },
      { ...label, request_id: 'c', value: 'deliver', kafka_offset: 4 },
      { ...label, request_id: 'a', value: 'up', kafka_offset: 5, kind: 'thumbs' },
    ].map(withTimes),
  )
  await insert('training_ready', [
    {
      workload: 'mail',
      content_hash: 'hash',
      trigger_id: 't1',
      kafka_partition: 0,
      kafka_offset: 0,
    },
    {
      workload: 'mail',
      content_hash: 'hash2',
      trigger_id: '',
      kafka_partition: 0,
      kafka_offset: 1,
    },
  ])
})

afterAll(async () => {
  await client?.command({ query: `DROP DATABASE IF EXISTS ${database}` })
  await client?.close()
})

const tables = () =>
  clickhouseTables({
    query: async (query, query_params = {}) => {
      const result = await client.query({ query, query_params, format: 'JSONEachRow' })
      return result.json()
    },
  })

const offsets = [
  { partition: 0, offset: 3 },
  { partition: 1, offset: 6 },
]
const windowOf = (change: object = {}) => ({
  workload: 'mail',
  fromMs: 0,
  offsets,
  rowsMax: 100,
  ...change,
})

test('the offset vector stands behind the last row of each partition', async () => {
  expect(await tables().offsets()).toEqual(offsets)
})

test('arrivals are counted by workload, fresh ones above its last vector', async () => {
  expect(await tables().arrivals(offsets, new Map())).toEqual([
    { workload: 'mail', freshRows: 3, newestMs: 60_005, oldestFreshMs: 60_000 },
    { workload: 'other', freshRows: 1, newestMs: 60_002, oldestFreshMs: 60_002 },
  ])
  const last = new Map([['mail', offsets.slice(0, 1)]])
  expect(await tables().arrivals(offsets.slice(0, 1), last)).toMatchObject([
    { workload: 'mail', freshRows: 0, oldestFreshMs: 0 },
    { workload: 'other', freshRows: 1 },
  ])
})

test('outlines come from the window, below the vector, the newest first', async () => {
  const all = await tables().outlines(windowOf())
  expect(all.map(({ requestId }) => requestId)).toEqual(['d', 'b', 'a'])
  expect(all[0]).toEqual({
    requestId: 'd',
    parentId: 'b',
    servedBy: 'production',
    subject: '',
    sessionId: '',
    requestHash: 'hash of d',
    label: '',
    flags: ['truncated'],
    redactionFailed: '',
    eventTimeMs: 40_000,
    partition: 1,
    offset: 5,
  })
  const idsOf = async (change: object): Promise<readonly string[]> =>
    (await tables().outlines(windowOf(change))).map(({ requestId }) => requestId)
  expect(await idsOf({ fromMs: 20_000 })).toEqual(['d', 'b'])
  expect(await idsOf({ offsets: [{ partition: 0, offset: 1 }] })).toEqual(['a'])
  expect(await idsOf({ rowsMax: 1 })).toEqual(['d'])
})

test('people’s answers to the window’s calls come in order of arrival', async () => {
  const answers = await tables().humanAnswers(windowOf())
  expect(answers.map(({ requestId, value }) => [requestId, value])).toEqual([
    ['b', 'quarantine'],
    ['b', 'deliver'],
  ])
  expect(answers[0]).toMatchObject({ kind: 'label', correction: '', arrivedAtMs: 50_000 })
  expect(await tables().humanAnswers(windowOf({ fromMs: 40_000 }))).toHaveLength(2)
  expect(await tables().humanAnswers(windowOf({ rowsMax: 1 }))).toHaveLength(2)
  expect(await tables().humanAnswers(windowOf({ fromMs: 50_000 }))).toEqual([])
})

test('bodies are found by position', async () => {
  const bodies = await tables().bodies(windowOf())
  expect([...bodies.keys()]).toEqual(['1/5', '0/1', '0/0'])
  expect(bodies.get('1/5')).toEqual({ request: '{"messages":[]}', response: '{}' })
})

test('what was published before is known by content and trigger', async () => {
  expect(await tables().published('mail')).toEqual({
    contentHashes: new Set(['hash', 'hash2']),
    triggerIds: new Set(['t1']),
  })
  expect(await tables().published('none')).toEqual({
    contentHashes: new Set(),
    triggerIds: new Set(),
  })
})

test('a version is built from what the tables hold: production’s answers, and people’s to a student’s calls', async () => {
  const calls = Array.from({ length: 60 }, (_, index) => {
    const { request, response } = bodiesOf(`mail number n${index}`, 'deliver')
    const served_by = index < 30 ? 'production' : 'student:x'
    const ids = { request_id: `call${index}`, workload: 'triage', label: 'deliver', served_by }
    return row(0, 10 + index, {
      ...ids,
      request,
      response,
      event_time: 70_000 + index,
      arrived_at: 75_000,
    })
  })
  await insert('curated', calls)
  const label = { kind: 'label', author: 'person', value: 'quarantine', arrived_at: 80_000 }
  const labels = calls.slice(50).map((call, index) => {
    const { request_id } = call as { request_id?: string }
    return withTimes({ ...label, request_id, kafka_partition: 0, kafka_offset: 100 + index })
  })
  await insert('feedback', labels)
  const world: World = {
    tables: tables(),
    latest: async () => {},
    versions: () => [],
    trigger: () => undefined,
    isForgotten: () => false,
  }
  const settings = { ...readSettings(build.settings, {}), examplesMin: 40 }
  const tickMs = 200_000
  const facts = await build.gather(tickMs, world, settings, new AbortController().signal)
  const { messages, deliveries } = build.decide({ tickMs, facts, settings })
  expect(messages.map(({ value }) => value)).toMatchObject([
    {
      workload: 'triage',
      offsets: [
        { partition: 0, offset: 70 },
        { partition: 1, offset: 6 },
      ],
      labels: { deliver: 30, quarantine: 10 },
      sources: { production: 30, human: 10 },
      filtered: { 'own answer': 20 },
      windowFromMs: 70_000,
    },
  ])
  expect(deliveries).toHaveLength(4)
})
