import type { Logger, Outside } from '../outside.ts'
import { collectSettings, settingsFault } from '../settings.ts'
import { kitSettings } from './kit-settings.ts'
import type { Machinery } from './machinery.ts'
import { type LivingOutside, makeOutside } from './make-outside.ts'
import type { Surroundings, Wired } from './wired.ts'

/** Builds a service's worlds and joins them with its definitions. */
export type Build = (outside: Outside) => Promise<readonly Wired[]>

/** What is to be started, with settings that are known to be right. */
export interface Plan {
  readonly service: string
  readonly wireds: readonly Wired[]
  readonly living: LivingOutside
  readonly settings: Surroundings['settings']
  readonly log: Logger
}

/** Reads all settings (the kit's, the worlds', the definitions') and builds; throws one `StartFault` for all faults. */
export const makePlan = async (
  service: string,
  build: Build,
  machinery: Machinery,
): Promise<Plan> => {
  const { environment } = machinery
  const { values: settings, faults } = collectSettings(kitSettings, environment)
  const log = machinery.log(service, settings)
  const living = makeOutside(service, settings, machinery, log)
  const built = await build(living.outside).then(
    (wireds) => ({ wireds }),
    (error: unknown) => ({ error }),
  )
  const wireds = 'wireds' in built ? built.wireds : []
  const found = [
    ...faults,
    ...living.faults,
    ...wireds.flatMap((wired) => collectSettings(wired.settings, environment).faults),
  ]
  if (found.length > 0) throw settingsFault(found)
  if ('error' in built) throw built.error
  return { service, wireds, living, settings, log }
}
