import { run, wire } from '#kit'
import { topics } from '#schemas'
import { collect, submit, work } from './train.ts'
import { training } from './world/training.ts'

await run('trainer', async (outside) => {
  const jobs = await outside.view(topics.trainerJobs, { boundEntries: 100_000 })
  return [
    wire(submit, { jobs }),
    wire(work, { jobs, world: training(outside) }),
    wire(collect, undefined),
  ]
})
