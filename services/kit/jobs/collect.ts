import type { Job, Topic } from '#schemas'
import { drop } from '../outcome.ts'
import { defineProcessor } from '../processor.ts'
import type { Settings } from '../settings.ts'
import { type FinishedJob, finishedStates, type JobDefinition, type Jobs } from './definition.ts'

const finishedJob = <Spec, Result>(job: Job): FinishedJob<Spec, Result> => {
  // Both were written by this service's own submit and work.
  const spec = JSON.parse(job.spec) as Spec
  return job.state === 'succeeded'
    ? { state: 'succeeded', job, spec, result: JSON.parse(job.result) as Result }
    : { state: 'failed', job, spec, reason: job.reason }
}

/** The processor that turns a job's end into records. */
export const defineCollect = <
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
