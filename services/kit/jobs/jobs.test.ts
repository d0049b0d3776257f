import { describe, expect, test } from 'vitest'
import { type Candidate, type DatasetVersion, type Job, topics } from '#schemas'
import { Transient } from '../errors.ts'
import { drop, emit, reject } from '../outcome.ts'
import type { View } from '../outside.ts'
import { given } from '../testing/given.ts'
import { defineJob, JobFailed, submitJob } from './index.ts'

interface Spec {
  readonly path: string
}

const train = defineJob({
  service: 'trainer',
  name: 'train',
  input: topics.trainingReady,
  jobs: topics.trainerJobs,
  outputs: [topics.candidates],
  settings: {},
  submit: ({ workload, datasetVersion }) =>
    datasetVersion === '' ? drop('no dataset') : submitJob(workload, { path: datasetVersion }),
  work: async ({ path }: Spec, world: { train: (path: string) => Promise<number> }, context) => {
    context.progress(0.5)
    return { accuracy: await world.train(path) }
  },
  collect: (finished) =>
    finished.state === 'succeeded'
      ? emit(topics.candidates, {
          candidateId: `${finished.spec.path}/${finished.result.accuracy}`,
        } as Candidate)
      : reject(finished.reason),
})

const viewOf = (...jobs: Job[]): View<Job> => ({
  get: (key) => jobs.find(({ jobId }) => jobId === key),
  values: () => jobs,
  waitForLatest: async () => undefined,
  ready: () => true,
})

const dataset = { workload: 'w', datasetVersion: 'd1' } as DatasetVersion
const arrived = <Value>(value: Value) => ({
  value,
  key: '',
  position: { topic: '', partition: 0, offset: 0n },
  timestampMs: 0,
  headers: {},
})
const signal = new AbortController().signal

const submitTo = async (view: View<Job>, record = dataset) => {
  const facts = await train.submit.gather?.([arrived(record)], { jobs: view }, {}, signal)
  return given(train.submit, { facts: facts?.[0] ?? { has: () => false }, nowMs: 9 }).when(record)
}

const submittedJob = async (): Promise<Job> => {
  const outcome = await submitTo(viewOf())
  if (outcome.kind !== 'emit' || outcome.messages[0] === undefined) throw new Error('not submitted')
  return outcome.messages[0].value
}

const workOn = async (job: Job, view: View<Job>, world: (path: string) => Promise<number>) => {
  const steps: number[] = []
  const workWorld = {
    jobs: view,
    world: { train: world },
    progress: (_jobId: string, share: number) => steps.push(share),
  }
  const facts = await train.work.gather?.([arrived(job)], workWorld, {}, signal)
  return { outcome: given(train.work, { facts: facts?.[0], nowMs: 10 }).when(job), steps }
}

describe('a job', () => {
  test('is asked for once, under an id that derives from its spec', async () => {
    const job = await submittedJob()
    expect(job).toMatchObject({ state: 'submitted', workload: 'w', updatedAtMs: 9 })
    expect(await submittedJob()).toEqual(job)
    expect(await submitTo(viewOf(job))).toEqual(drop('job exists'))
    const other = await submitTo(viewOf(job), { ...dataset, datasetVersion: 'd2' })
    expect(other).toMatchObject({ kind: 'emit' })
    expect(await submitTo(viewOf(), { ...dataset, datasetVersion: '' })).toEqual(drop('no dataset'))
  })

  test('is done and collected', async () => {
    const job = await submittedJob()
    const { outcome, steps } = await workOn(job, viewOf(job), async () => 0.9)
    expect(steps).toEqual([0.5])
    const done = { ...job, state: 'succeeded', result: '{"accuracy":0.9}', progress: 1 }
    expect(outcome).toEqual(emit(topics.trainerJobs, { ...done, updatedAtMs: 10 }))
    expect(given(train.collect).when(done)).toMatchObject({
      messages: [{ value: { candidateId: 'd1/0.9' } }],
    })
    expect(given(train.collect).when(job)).toEqual(drop('not finished'))
  })

  test('is not done again once it has a result', async () => {
    const job = await submittedJob()
    const done = { ...job, state: 'succeeded', result: '1' }
    const work = async () => {
      throw new Error('worked again')
    }
    expect((await workOn(job, viewOf(done), work)).outcome).toEqual(drop('nothing to do'))
    expect((await workOn(done, viewOf(done), work)).outcome).toEqual(drop('nothing to do'))
  })

  test.each([
    [new JobFailed('too few rows'), 'too few rows'],
    [new TypeError('private'), 'bug: TypeError'],
  ])('fails for a named reason: %s', async (error, reason) => {
    const job = await submittedJob()
    const { outcome } = await workOn(job, viewOf(job), async () => {
      throw error
    })
    expect(outcome).toMatchObject({ messages: [{ value: { state: 'failed', reason } }] })
    expect(given(train.collect).when({ ...job, state: 'failed', reason })).toEqual(reject(reason))
  })

  test('is tried again while a neighbour is dead', async () => {
    const job = await submittedJob()
    const work = async () => {
      throw new Transient('down')
    }
    await expect(workOn(job, viewOf(job), work)).rejects.toBeInstanceOf(Transient)
  })
})
