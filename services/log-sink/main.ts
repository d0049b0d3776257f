import { run, wire } from '#kit'
import { store } from './store.ts'

await run('log-sink', async () => [wire(store, undefined)])
