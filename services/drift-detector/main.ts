import { run, wire } from '#kit'
import { detect } from './detect.ts'
import { observe } from './observe.ts'
import { watch } from './world/watch.ts'

await run('drift-detector', async (outside) => [
  wire(observe, undefined),
  wire(detect, await watch(outside)),
])
