import { run, wire } from '#kit'
import { curate } from './curate.ts'
import { curatorWorld } from './world/curator-world.ts'

await run('curator', async (outside) => [wire(curate, await curatorWorld(outside))])
