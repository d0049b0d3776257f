import type { Core } from './core.ts'
import type { Config, Level, Mode } from './log-record.ts'
import { refuse } from './registry-error.ts'

const defaultConfig: Config = { compatibilityLevel: 'BACKWARD' }

/** The settings of a subject, or of the whole registry for null. Refuses with 40408 where a subject has none of its own. */
export const configOf = (core: Core, subject: string | null, defaultToGlobal: boolean): Config => {
  const own = core.state.configOf(subject)
  if (own !== undefined) return own
  if (subject !== null && !defaultToGlobal) throw refuse.noSubjectConfig(subject)
  return core.state.configOf(null) ?? defaultConfig
}

/** Changes the settings of a subject or of the whole registry; what is left out stays. Refuses with 42205. */
export const setConfig = (
  core: Core,
  subject: string | null,
  change: { readonly level: Level | undefined; readonly normalize: boolean | undefined },
): Promise<Config> =>
  core.write(() => {
    core.guardWritable(subject ?? '')
    const before = core.state.configOf(subject)
    const inherited = core.state.configOf(null) ?? defaultConfig
    const normalize = change.normalize ?? before?.normalize
    const value: Config = {
      compatibilityLevel: change.level ?? (before ?? inherited).compatibilityLevel,
      ...(normalize === undefined ? {} : { normalize }),
    }
    return { records: [{ kind: 'config', subject, value }], answer: value }
  })

/** Takes back the settings of a subject or of the whole registry, and returns them. Refuses with 40408 or 42205. */
export const unsetConfig = (core: Core, subject: string | null): Promise<Config> =>
  core.write(() => {
    core.guardWritable(subject ?? '')
    const answer = configOf(core, subject, false)
    return { records: [{ kind: 'config', subject, value: null }], answer }
  })

/** The mode of a subject, or of the whole registry for null. Refuses with 40409 where a subject has none of its own. */
export const modeOf = (core: Core, subject: string | null, defaultToGlobal: boolean): Mode => {
  const own = core.state.modeOf(subject)
  if (own !== undefined) return own
  if (subject !== null && !defaultToGlobal) throw refuse.noSubjectMode(subject)
  return core.state.modeOf(null) ?? 'READWRITE'
}

const hasSchemas = (core: Core, subject: string | null): boolean =>
  (subject === null ? core.state.allVersions() : core.state.versionsOf(subject)).some(
    ({ deleted }) => !deleted,
  )

/** Sets a mode. Importing into what has schemas already could fork ids, so it needs `force`. Refuses with 42205. */
export const setMode = (
  core: Core,
  subject: string | null,
  mode: Mode,
  force: boolean,
): Promise<Mode> =>
  core.write(() => {
    if (mode === 'IMPORT' && !force && hasSchemas(core, subject)) {
      throw refuse.notPermitted('Cannot import since found existing subjects')
    }
    return { records: [{ kind: 'mode', subject, value: mode }], answer: mode }
  })

/** Takes back a mode, and returns it. Refuses with 40409. */
export const unsetMode = (core: Core, subject: string | null): Promise<Mode> =>
  core.write(() => {
    const answer = modeOf(core, subject, false)
    return { records: [{ kind: 'mode', subject, value: null }], answer }
  })
