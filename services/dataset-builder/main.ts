import { run, wire } from '#kit'
import { build } from './build.ts'
import { builderWorld } from './world/builder-world.ts'

await run('dataset-builder', async (outside) => [wire(build, await builderWorld(outside))])
