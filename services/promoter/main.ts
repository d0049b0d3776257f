import { run, wire } from '#kit'
import { promote } from './promote.ts'
import { states } from './world/states.ts'

await run('promoter', async (outside) => [wire(promote, await states(outside))])
