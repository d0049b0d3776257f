import { run, wire } from '#kit'
import { chat } from './chat.ts'
import { feedback } from './feedback.ts'
import { logs } from './logs.ts'
import { models } from './models.ts'
import { traces } from './traces.ts'
import { gatewayWorld } from './world/gateway-world.ts'

await run('gateway', async (outside) => {
  const world = await gatewayWorld(outside)
  return [
    wire(chat, world),
    wire(feedback, undefined),
    wire(logs, world),
    wire(models, world),
    wire(traces, world),
  ]
})
