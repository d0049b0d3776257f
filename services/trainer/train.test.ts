import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  decodeStudent,
  drop,
  neverAnswers,
  type ObjectStore,
  pathPart,
  predict,
  readPrices,
  sha256,
  Transient,
  Unteachable,
} from '#kit'
import { given, memoryObjects } from '#kit/testing'
import type { Candidate, Job } from '#schemas'
import type { Result, Spec } from './candidates.ts'
import { aDataset, aLine, someLines, trainHere } from './testing.ts'
import { collect, submit, type World, work } from './train.ts'

const prices = readPrices(readFileSync(new URL('../../infra/prices.yaml', import.meta.url), 'utf8'))
const files = { train: someLines(60), validation: someLines(20, 60), test: someLines(800, 80) }
const dataset = aDataset(files)

/** A wide margin, so that the few examples here can prove something. */
const submitted = (record = dataset, settings = { marginRatio: 0.1 }): Job => {
  const scene = { facts: { has: () => false }, nowMs: 5, settings }
  const outcome = given(submit, scene).when(record)
  if (outcome.kind !== 'emit') throw new Error(outcome.reason)
  const [only] = outcome.messages
  return only?.value as unknown as Job
}

const stored = async (texts: Readonly<Record<string, string>> = files): Promise<ObjectStore> => {
  const objects = memoryObjects()
  for (const { split, path } of dataset.files)
    if (texts[split] !== undefined) await objects.put(path, Buffer.from(texts[split]))
  return objects
}

/** What the job's record says when the work is over. */
const worked = async (
  job: Job,
  objects: World['objects'],
  train: World['train'] = trainHere,
): Promise<Job> => {
  const jobs = {
    get: () => job,
    values: () => [job],
    waitForLatest: async () => undefined,
    ready: () => true,
  }
  const record = {
    value: job,
    key: job.jobId,
    position: { topic: 'jobs.trainer', partition: 0, offset: 0n },
    timestampMs: 6,
    headers: {},
  }
  const settings = {
    seed: 1,
    folds: 5,
    examplesMin: 50,
    marginRatio: 0.1,
    assurance: 0.9,
  }
  const world = { jobs, world: { objects, prices, train } }
  const facts = await work.gather?.([record], world, settings, new AbortController().signal)
  const outcome = given(work, { facts: facts?.[0], nowMs: 6 }).when(job)
  if (outcome.kind !== 'emit') throw new Error(outcome.reason)
  const [only] = outcome.messages
  return only?.value as unknown as Job
}

const collected = (job: Job): readonly Candidate[] => {
  const outcome = given(collect, { nowMs: 7 }).when(job)
  if (outcome.kind !== 'emit') throw new Error(outcome.reason)
  return outcome.messages.map(({ value }) => value as unknown as Candidate)
}

describe('a dataset version', () => {
  test('becomes one job with its recipe', () => {
    const { jobId, spec, state } = submitted()
    expect(state).toBe('submitted')
    expect(submitted().jobId).toBe(jobId)
    expect((JSON.parse(spec) as Spec).recipe).toEqual({
      backend: 'student',
      seed: 1,
      folds: 5,
      level: 0.95,
      marginRatio: 0.1,
      assurance: 0.9,
    })
  })

  test('of too few examples, or of one choice, is not worth a job', () => {
    const scene = { facts: { has: () => false } }
    const few = aDataset(files, { counts: { train: 30, validation: 19, test: 500 } })
    expect(given(submit, scene).when(few)).toEqual(drop('too few examples'))
    const one = aDataset(files, { labels: { deliver: 80, '': 20 } })
    expect(given(submit, scene).when(one)).toEqual(drop('no choice to learn'))
  })
})

describe('the work', () => {
  test('leaves an artifact under its own hash, which answers as production does', async () => {
    const objects = await stored()
    const job = await worked(submitted(), objects)
    const result = JSON.parse(job.result) as Result
    const bytes = await objects.get(result.artifactUri)
    expect(result.artifactUri).toBe(`models/${pathPart('mail triage')}/${sha256(bytes)}.student`)
    const model = decodeStudent(bytes)
    expect(predict(model, 'claim your lottery prize').label).toBe('quarantine')
    const { tool_calls: calls } = JSON.parse(model.answers['quarantine'] ?? '')
    expect(calls).toEqual([{ type: 'function', function: { name: 'quarantine', arguments: '{}' } }])
  })

  test('costs its CPU time at the price of the file, and says how it went', async () => {
    const job = await worked(submitted(), await stored())
    const result = JSON.parse(job.result) as Result
    expect(result.trainingCostUsd).toBe(prices.compute.cpuHourUsd)
    expect(result.trainingSeconds).toBe(2)
    expect(result.metrics).toMatchObject({ accuracy: 1, examples: 80, coverage: 1 })
  })

  test('learns from train and validation, never from test, and from labelled lines only', async () => {
    const unlabelled = `${files.train}\n${aLine('', 9999)}`
    const texts = { ...files, train: unlabelled }
    let learned: readonly string[] = []
    const train: World['train'] = (options, signal, progress) => {
      learned = options.examples.map(({ text }) => text)
      return trainHere(options, signal, progress)
    }
    const job = await worked(submitted(aDataset(texts)), await stored(texts), train)
    expect(job.state).toBe('succeeded')
    expect(learned).toHaveLength(80)
    expect(learned.join()).not.toMatch(/mail (9999|8\d{1,2}\b)/)
  })

  test('done twice leaves the same artifact', async () => {
    const objects = await stored()
    const [first, second] = [await worked(submitted(), objects), await worked(submitted(), objects)]
    expect(second).toEqual(first)
  })

  test('refuses a file that was changed, and names it', async () => {
    const job = await worked(submitted(), await stored({ ...files, train: someLines(61) }))
    expect(job.state).toBe('failed')
    expect(job.reason).toMatch(/train\.jsonl does not match its hash/)
  })

  test('names a file that is missing', async () => {
    const job = await worked(submitted(), await stored({ train: files.train }))
    expect(job.reason).toMatch(/^missing: .*validation\.jsonl/)
  })

  test('fails with the reason of examples that can’t be learned from', async () => {
    const unteachable = () => Promise.reject(new Unteachable('one label only'))
    const job = await worked(submitted(), await stored(), unteachable)
    expect([job.state, job.reason]).toEqual(['failed', 'one label only'])
  })

  test('is asked again when the store is down', async () => {
    const objects = { ...(await stored()), get: () => Promise.reject(new Transient('down')) }
    await expect(worked(submitted(), objects)).rejects.toThrow(Transient)
  })
})

describe('a finished job', () => {
  test('becomes two candidates of one artifact: the student, and the cascade with its threshold', async () => {
    const job = await worked(submitted(), await stored())
    const [student, cascade, ...others] = collected(job)
    expect(others).toEqual([])
    expect(student).toMatchObject({ kind: 'student', state: 'ready', threshold: null })
    expect(cascade).toMatchObject({ kind: 'cascade', state: 'ready' })
    expect(cascade?.threshold).toBeGreaterThan(0)
    expect(cascade?.threshold).toBeLessThanOrEqual(1)
    expect(cascade?.artifactHash).toBe(student?.artifactHash)
    expect(cascade?.candidateId).not.toBe(student?.candidateId)
    expect(student).toMatchObject({ triggerId: 'trigger-1', createdAtMs: 7 })
    expect(collected(job)).toEqual([student, cascade])
  })

  test('has no cascade where no threshold is safe: two test pairs prove nothing', async () => {
    const tiny = { ...dataset, counts: { ...dataset.counts, test: 2 } }
    const job = await worked(submitted(tiny), await stored())
    expect((JSON.parse(job.result) as Result).threshold).toBe(neverAnswers)
    const [student, cascade] = collected(job)
    expect(student?.state).toBe('ready')
    expect(cascade).toMatchObject({ state: 'failed', threshold: null, artifactUri: '' })
    expect(cascade?.reason).toContain('no threshold')
  })

  test('that failed becomes one failed candidate with its reason', () => {
    const failed = { ...submitted(), state: 'failed', reason: 'one label only' }
    const [candidate, ...others] = collected(failed)
    expect(others).toEqual([])
    expect(candidate).toMatchObject({ state: 'failed', reason: 'one label only', kind: 'student' })
  })
})
