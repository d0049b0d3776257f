import { run, wire } from '#kit'
import { curate } from './curate.ts'
import { curatorWorld } from './world/emitted.ts'

await run('curator', async (outside) => [wire(curate, await curatorWorld(outside))])
