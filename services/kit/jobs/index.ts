import type { Topic } from '#schemas'
import type { Settings } from '../settings.ts'
import { defineCollect } from './collect.ts'
import type { JobDefinition } from './definition.ts'
import { defineSubmit } from './submit.ts'
import { defineWork } from './work.ts'

export {
  type FinishedJob,
  JobFailed,
  type JobsWorld,
  submitJob,
  type WorkContext,
  type WorkWorld,
} from './definition.ts'

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
