import { forgets, type Outside } from '#kit'
import { topics } from '#schemas'
import type { World } from '../curate.ts'
import { emittedExamples } from './emitted.ts'
import { rulesOf } from './rules.ts'

/** What was emitted, the rules, and a view of `subjects-forgotten`, at most 1,000,000 people. */
export const curatorWorld = async (outside: Outside): Promise<World> => {
  const people = await outside.view(topics.subjectsForgotten, { boundEntries: 1_000_000 })
  return {
    ...(await emittedExamples(outside)),
    rules: await rulesOf(outside),
    forgotten: async () => {
      await people.waitForLatest()
      return (subject, ...timesMs) => subject !== '' && forgets(people.get(subject), ...timesMs)
    },
  }
}
