import type { Job, Topic, ValueOf } from '#schemas'
import { digest } from './digest.ts'
import { Transient } from './errors.ts'
import { type Drop, drop, emit, type Outcome, type Reject } from './outcome.ts'
import type { View } from './outside.ts'
import { type Context, defineProcessor } from './processor.ts'
import type { Settings, SettingsOf } from './settings.ts'

type Jobs = Topic<string, Job>

/** A job that could not be done, for a reason that trying again would not change. */
export class JobFailed extends Error {
  override readonly name = 'JobFailed'
}

/** What a record asks for. The job's id derives from all of it: asking twice for the same is one job. */
export interface JobRequest<Spec> {
  readonly kind: 'submit'
  readonly workload: string
  /** Plain JSON data. */
  readonly spec: Spec
}

/** Asks for a job. */
export const submitJob = <Spec>(workload: string, spec: Spec): JobRequest<Spec> => ({
  kind: 'submit',
  workload,
  spec,
})

/** A job that came to its end. */
export type FinishedJob<Spec, Result> =
  | { readonly state: 'succeeded'; readonly job: Job; readonly spec: Spec; readonly result: Result }
  | { readonly state: 'failed'; readonly job: Job; readonly spec: Spec; readonly reason: string }

/** The world of `submit`: which jobs there are. */
export interface JobsWorld {
  readonly jobs: View<Job>
}

/** The world of `work`. */
export interface WorkWorld<World> extends JobsWorld {
  readonly world: World
  /** Told how far a job is, 0 to 1. */
  readonly progress?: (jobId: string, share: number) => void
}

/** What work may use besides its spec. */
export interface WorkContext<S extends Settings> {
  readonly settings: SettingsOf<S>
  /** Aborts when the service stops or another instance took over: the job is done again there. */
  readonly signal: AbortSignal
  readonly progress: (share: number) => void
}

/** Work over 30 s: asked for by a record, done apart, collected into records. */
export interface JobDefinition<
  In extends Topic,
  Out extends Topic,
  S extends Settings,
  Spec,
  Result,
  World,
> {
  readonly service: string
  /** The kind of job; processors are named `submit-<name>`, `work-<name>` and `collect-<name>`. */
  readonly name: string
  readonly input: In
  /** Compacted topic of the service's jobs. */
  readonly jobs: Jobs
  readonly outputs: readonly Out[]
  readonly settings: S
  /** Pure. */
  readonly submit: (
    record: ValueOf<In>,
    context: Context<S, undefined>,
  ) => JobRequest<Spec> | Drop | Reject
  /** Throws `JobFailed` for a lasting reason, `Transient` to be asked again; anything else fails the job as our bug. */
  readonly work: (spec: Spec, world: World, context: WorkContext<S>) => Promise<Result>
  /** Pure. */
  readonly collect: (
    finished: FinishedJob<Spec, Result>,
    context: Context<S, undefined>,
  ) => Outcome<Out>
}

const finishedStates = new Set(['succeeded', 'failed', 'cancelled'])

const submitted = (
  { service, name }: { readonly service: string; readonly name: string },
  { workload, spec }: JobRequest<unknown>,
  nowMs: number,
): Job => {
  const text = JSON.stringify(spec)
  return {
    jobId: digest('job', service, name, workload, text),
    service,
    kind: name,
    state: 'submitted',
    workload,
    spec: text,
    result: '',
    reason: '',
    progress: 0,
    updatedAtMs: nowMs,
  }
}

const defineSubmit = <In extends Topic, Out extends Topic, S extends Settings, Spec, Result, World>(
  definition: JobDefinition<In, Out, S, Spec, Result, World>,
) =>
  defineProcessor({
    service: definition.service,
    name: `submit-${definition.name}`,
    input: definition.input,
    outputs: [definition.jobs],
    settings: definition.settings,
    gather: async (records, { jobs }: JobsWorld) => {
      await jobs.waitForLatest()
      // A snapshot by id would copy the view; its entries only ever come from the topic.
      return records.map(() => ({ has: (jobId: string) => jobs.get(jobId) !== undefined }))
    },
    decide: (record, { facts, ...context }) => {
      const asked = definition.submit(record, { ...context, facts: undefined })
      if (asked.kind !== 'submit') return asked
      const job = submitted(definition, asked, context.nowMs)
      return facts.has(job.jobId) ? drop('job exists') : emit(definition.jobs, job)
    },
  })

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

const defineWork = <In extends Topic, Out extends Topic, S extends Settings, Spec, Result, World>(
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

const finishedJob = <Spec, Result>(job: Job): FinishedJob<Spec, Result> => {
  // Both were written by this service's own submit and work.
  const spec = JSON.parse(job.spec) as Spec
  return job.state === 'succeeded'
    ? { state: 'succeeded', job, spec, result: JSON.parse(job.result) as Result }
    : { state: 'failed', job, spec, reason: job.reason }
}

const defineCollect = <
  In extends Topic,
  Out extends Topic,
  S extends Settings,
  Spec,
  Result,
  World,
>(
  definition: JobDefinition<In, Out, S, Spec, Result, World>,
) =>
  defineProcessor<Jobs, Out, S>({
    service: definition.service,
    name: `collect-${definition.name}`,
    input: definition.jobs,
    outputs: definition.outputs,
    settings: definition.settings,
    decide: (job, context) =>
      job.kind === definition.name && finishedStates.has(job.state)
        ? definition.collect(finishedJob(job), context)
        : drop('not finished'),
  })

/**
 * Three processors around a compacted jobs topic: `submit` turns a record into a job unless there is one, `work` does it
 * while the broker keeps the partition alive, `collect` turns its end into records. A job with a result is not done again.
 */
export const defineJob = <
  const In extends Topic,
  const Out extends Topic,
  const S extends Settings,
  Spec,
  Result,
  World = undefined,
>(
  definition: JobDefinition<In, Out, S, Spec, Result, World>,
) => ({
  submit: defineSubmit(definition),
  work: defineWork(definition),
  collect: defineCollect(definition),
})
