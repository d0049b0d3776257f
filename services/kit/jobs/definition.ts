import type { Job, Topic, ValueOf } from '#schemas'
import type { Drop, Outcome, Reject } from '../outcome.ts'
import type { View } from '../outside.ts'
import type { Context } from '../processor.ts'
import type { Settings, SettingsOf } from '../settings.ts'

/** A service's compacted jobs topic. */
export type Jobs = Topic<string, Job>

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

/** A job in one of these is over. */
export const finishedStates = new Set(['succeeded', 'failed', 'cancelled'])
