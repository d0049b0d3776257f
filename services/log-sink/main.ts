import { run, wire } from '#kit'
import { forget } from './forget.ts'
import { store } from './store.ts'
import { forgottenRows } from './world/forgotten-rows.ts'

await run('log-sink', async (outside) => [
  wire(store, undefined),
  wire(forget, forgottenRows(outside)),
])
