import { kitSettings, run, StartFault, wire } from '#kit'
import { chat } from './chat.ts'
import { feedback } from './feedback.ts'
import { logs } from './logs.ts'
import { models } from './models.ts'
import { worldSettings } from './settings.ts'
import { traces } from './traces.ts'
import { gatewayWorld } from './world/gateway-world.ts'

await run('gateway', async (outside) => {
  const { upstreamKey } = worldSettings
  const given = outside.settings({ keysFile: kitSettings.apiKeysFile, upstreamKey })
  // A caller's own key would be ours then, and is not for upstream.
  if (given.keysFile !== '' && given.upstreamKey === '')
    throw new StartFault(`${upstreamKey.env} must be set where ${kitSettings.apiKeysFile.env} is.`)
  const world = await gatewayWorld(outside)
  return [
    wire(chat, world),
    wire(feedback, undefined),
    wire(logs, world),
    wire(models, world),
    wire(traces, world),
  ]
})
