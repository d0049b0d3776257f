import { run, wire } from '#kit'
import { build } from './build.ts'
import { forget } from './forget.ts'
import { builderWorld } from './world/builder-world.ts'

await run('dataset-builder', async (outside) => {
  const { building, forgetting } = await builderWorld(outside)
  return [wire(build, building), wire(forget, forgetting)]
})
