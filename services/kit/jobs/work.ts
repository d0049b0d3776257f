import type { Job, Topic } from '#schemas'
import { Transient } from '../errors.ts'
import { drop, emit } from '../outcome.ts'
import { defineProcessor } from '../processor.ts'
import type { Settings, SettingsOf } from '../settings.ts'
import { finishedStates, type JobDefinition, JobFailed, type WorkWorld } from './definition.ts'

type Ending = Pick<Job, 'state' | 'result' | 'reason'>

const endingOf = async (work: () => Promise<unknown>, signal: AbortSignal): Promise<Ending> => {
  try {
    const result = JSON.stringify(await work()) ?? 'null'
    return { state: 'succeeded', result, reason: '' }
  } catch (error) {
    if (error instanceof Transient) throw error
    if (signal.aborted) throw new Transient('the job was given up')
    if (error instanceof JobFailed) return { state: 'failed', result: '', reason: error.message }
    const thrown = error instanceof Error ? error.name : 'not an Error'
    return { state: 'failed', result: '', reason: `bug: ${thrown}` }
  }
}

/** The processor that does one job at a time, in its gather: the broker keeps the partition alive meanwhile. */
export const defineWork = <
  In extends Topic,
  Out extends Topic,
  S extends Settings,
  Spec,
  Result,
  World,
>(
  definition: JobDefinition<In, Out, S, Spec, Result, World>,
) => {
  const doJob = async (
    job: Job,
    { jobs, world, progress }: WorkWorld<World>,
    settings: SettingsOf<S>,
    signal: AbortSignal,
  ): Promise<Ending | undefined> => {
    if (job.state !== 'submitted' || job.kind !== definition.name) return undefined
    await jobs.waitForLatest()
    if (finishedStates.has(jobs.get(job.jobId)?.state ?? '')) return undefined
    const context = {
      settings,
      signal,
      progress: (share: number) => progress?.(job.jobId, share),
    }
    // The spec was written by this service's own submit.
    return endingOf(() => definition.work(JSON.parse(job.spec) as Spec, world, context), signal)
  }
  return defineProcessor({
    service: definition.service,
    name: `work-${definition.name}`,
    input: definition.jobs,
    outputs: [definition.jobs],
    settings: definition.settings,
    batchRecordsMax: 1,
    gather: async (records, world: WorkWorld<World>, settings, signal) => {
      const endings: (Ending | undefined)[] = []
      for (const { value } of records) endings.push(await doJob(value, world, settings, signal))
      return endings
    },
    decide: (job, { facts: ending, nowMs }) =>
      ending === undefined
        ? drop('nothing to do')
        : emit(definition.jobs, { ...job, ...ending, progress: 1, updatedAtMs: nowMs }),
  })
}
