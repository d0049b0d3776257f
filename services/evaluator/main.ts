import { run, wire } from '#kit'
import { evaluate } from './evaluate.ts'
import { sources } from './world/sources.ts'

await run('evaluator', async (outside) => [wire(evaluate, await sources(outside))])
