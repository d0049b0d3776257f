import type { Job, Topic } from '#schemas'
import { digest } from '../digest.ts'
import { drop, emit } from '../outcome.ts'
import { defineProcessor } from '../processor.ts'
import type { Settings } from '../settings.ts'
import type { JobDefinition, JobRequest, JobsWorld } from './definition.ts'

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

/** The processor that turns a record into a job, unless there is one. */
export const defineSubmit = <
  In extends Topic,
  Out extends Topic,
  S extends Settings,
  Spec,
  Result,
  World,
>(
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
