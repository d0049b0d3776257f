import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { askClickHouse } from '../examples/wheel/clickhouse.ts'
import { topics } from '../schemas/index.ts'
import { openPublisher, sha256 } from '../services/kit/index.ts'
import { recordsOf } from './person-records.ts'
import { servicesOnStack } from './services-on-stack.ts'

const { kafka, registry, clickhouse } = inject('stack')
const workload = `forget-${randomUUID()}`
const [jane, john] = [sha256(`jane ${workload}`), sha256(`john ${workload}`)]
const services = servicesOnStack('forget', {
  FORGET_INTERVAL_MS: '500',
  BUILD_INTERVAL_MS: '500',
  BUILD_EXAMPLES_MIN: '30',
  BUILD_QUIET_MS: '1500',
})
const objects = join(services.folder, 'objects')
const published = [topics.inferenceLogs, topics.feedback, topics.candidates] as const
let publisher: Awaited<ReturnType<typeof openPublisher<(typeof published)[number]>>>

beforeAll(async () => {
  await services.start('log-sink', 'curator', 'dataset-builder')
  const options = { brokers: kafka.brokers, registryUrl: registry.url, clientId: 'flywheel-test' }
  publisher = await openPublisher<(typeof published)[number]>(published, options)
})

afterAll(async () => {
  await publisher?.close()
  await services.stop()
})

const { call, said } = recordsOf(workload)
const ask = askClickHouse({ ...clickhouse })
const countOf = async (table: string, where: string): Promise<number> => {
  const [row] = await ask<{ rows: number }>(
    `SELECT count() AS rows FROM flywheel.${table} WHERE ${where}`,
    { workload },
  )
  return Number(row?.rows)
}
const own = 'workload = {workload:String}'
const until = async (what: () => Promise<unknown>, is: unknown): Promise<void> => {
  await expect.poll(what, { timeout: 60_000, interval: 250 }).toEqual(is)
}

/** Runs the command as a person would. */
const forget = (...words: string[]): Promise<{ code: number; text: string }> =>
  new Promise((resolve) => {
    const main = ['services/operator/forget/main.ts', ...words]
    execFile(process.execPath, main, { env: services.environment }, (error, out, failure) => {
      resolve({ code: Number(error?.code ?? 0), text: `${out}${failure}` })
    })
  })

const filesNow = (): readonly string[] =>
  readdirSync(objects, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

test('a person is forgotten in tables, datasets and replays, and nobody else', {
  timeout: 240_000,
}, async () => {
  const logs = Array.from({ length: 80 }, (_, index) =>
    call(index % 2 === 0 ? jane : john, index, Date.now() - 60_000 + index),
  )
  await publisher.publish(topics.inferenceLogs, logs)
  const thumbs = logs.slice(0, 4).map(({ requestId }, index) => said(requestId, '', index))
  await publisher.publish(topics.feedback, [
    ...thumbs,
    said(`${workload}-1`, jane, 9),
    said(`${workload}-1`, john, 10),
  ])
  await until(() => countOf('curated', own), 80)
  await until(() => countOf('feedback', own), 6)
  await until(() => countOf('training_ready', own), 1)
  const [old] = await ask<{ version: string }>(
    `SELECT dataset_version AS version FROM flywheel.training_ready WHERE ${own}`,
    { workload },
  )
  await publisher.publish(topics.candidates, [
    {
      ...{ candidateId: `c-${workload}`, workload, datasetVersion: old?.version ?? '' },
      ...{ kind: 'student', state: 'ready', reason: '', model: 'student' },
      ...{ artifactUri: 'models/x.student', artifactHash: 'x', threshold: null, recipe: '' },
      ...{ metrics: {}, trainingCostUsd: 0, trainingSeconds: 0, triggerId: '' },
      createdAtMs: Date.now(),
    },
  ])
  await until(() => countOf('candidates', own), 1)

  const first = await forget('--hash', jane, '--wait', '90')
  expect(first.text).toContain('Finished.')
  expect(first.code).toBe(0)
  expect(first.text).toMatch(/rows deleted: .*curated 40, .*inference_logs 40/)
  expect(first.text).toContain(`${old?.version} → ${workload}@`)
  expect(first.text).toContain(`c-${workload} (student`)
  const gone = `${own} AND subject = '${jane}'`
  const left = async () => [
    await countOf('inference_logs', gone),
    await countOf('curated', gone),
    await countOf('inference_logs', own),
    await countOf('curated', own),
  ]
  await until(left, [0, 0, 40, 40])
  // What others said of jane's calls went, and what jane said of john's; john's own words stay.
  await until(() => countOf('feedback', own), 3)
  const holding = filesNow().filter(
    (file) => file.endsWith('.jsonl') && readFileSync(file, 'utf8').includes(jane),
  )
  expect(holding).toEqual([])
  const versions = await ask<{ cause: string; files: readonly { path: string }[] }>(
    `SELECT cause, files FROM flywheel.training_ready WHERE ${own} ORDER BY kafka_offset`,
    { workload },
  )
  expect(versions.map(({ cause }) => cause)).toEqual(['volume', 'forgotten'])
  const standing = versions.map(({ files }) =>
    files.map(({ path }) => existsSync(join(objects, path))),
  )
  expect(standing).toEqual([Array(3).fill(false), Array(3).fill(true)])
  const receipts = filesNow().filter((file) => /\/forgotten-[0-9a-f]+\.json$/.test(file))
  expect(receipts).toHaveLength(1)

  // The same records again, as a repair would publish them, and a call that jane makes later.
  const later = { ...call(jane, 1000, Date.now()), requestId: `${workload}-later` }
  await publisher.publish(topics.inferenceLogs, [...logs, later])
  await publisher.publish(topics.feedback, [...thumbs, said(`${workload}-later`, jane, 11)])
  await until(() => countOf('curated', `${own} AND request_id = '${workload}-later'`), 1)
  await until(left, [1, 1, 81, 41])
  await until(() => countOf('feedback', own), 6)
  const again = await forget('--hash', jane, '--status')
  expect(again.text).toMatch(/inference_logs 80/)
  expect(again.code).toBe(0)
})
