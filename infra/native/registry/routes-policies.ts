import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type Call, readBody, serve } from './call.ts'
import type { Core } from './core.ts'
import { type Config, type Level, levels, type Mode, modes } from './log-record.ts'
import { configOf, modeOf, setConfig, setMode, unsetConfig, unsetMode } from './policies.ts'
import { refuse } from './registry-error.ts'

const configShape = z.looseObject({
  compatibility: z.string().nullish(),
  compatibilityLevel: z.string().nullish(),
  normalize: z.boolean().nullish(),
})
const modeShape = z.looseObject({ mode: z.string().nullish() })
const served = new Set(Object.keys(configShape.shape))

const oneOf = <T extends string>(values: readonly T[], text: string): T | undefined =>
  values.find((value) => value === text.toUpperCase())

const levelOf = (text: string | null | undefined): Level | undefined => {
  if (text === null || text === undefined) return undefined
  const level = oneOf(levels, text)
  if (level === undefined) throw refuse.invalidLevel(levels)
  return level
}

const changeOf = (body: unknown) => {
  const read = readBody(configShape, body)
  const other = Object.entries(read).find(
    ([key, value]) => !served.has(key) && value !== null && value !== undefined,
  )
  if (other !== undefined) throw refuse.notServed(`The setting ${other[0]}`)
  const change = {
    level: levelOf(read.compatibility ?? read.compatibilityLevel),
    normalize: read.normalize ?? undefined,
  }
  if (change.level === undefined && change.normalize === undefined)
    throw refuse.invalidLevel(levels)
  return change
}

const modeIn = (body: unknown): Mode => {
  const mode = oneOf(modes, readBody(modeShape, body).mode ?? '')
  if (mode === undefined) throw refuse.invalidMode(modes)
  return mode
}

const normalizeOf = ({ normalize }: Config) => (normalize === undefined ? {} : { normalize })

const configAnswer = (config: Config) => ({
  compatibilityLevel: config.compatibilityLevel,
  ...normalizeOf(config),
})

const subjectOf = (call: Call): string | null => call.part('subject') || null

/** Serves `/config` and `/mode`, each for the whole registry and for a subject. */
export const servePolicyRoutes = (app: FastifyInstance, core: Core): void => {
  for (const path of ['/config', '/config/:subject']) {
    serve(app, 'GET', path, (call) =>
      configAnswer(configOf(core, subjectOf(call), call.flag('defaultToGlobal'))),
    )
    serve(app, 'PUT', path, async (call) => {
      const config = await setConfig(core, subjectOf(call), changeOf(call.body))
      return { compatibility: config.compatibilityLevel, ...normalizeOf(config) }
    })
    serve(app, 'DELETE', path, async (call) =>
      configAnswer(await unsetConfig(core, subjectOf(call))),
    )
  }
  for (const path of ['/mode', '/mode/:subject']) {
    serve(app, 'GET', path, (call) => ({
      mode: modeOf(core, subjectOf(call), call.flag('defaultToGlobal')),
    }))
    serve(app, 'PUT', path, async (call) => ({
      mode: await setMode(core, subjectOf(call), modeIn(call.body), call.flag('force')),
    }))
    serve(app, 'DELETE', path, async (call) => ({ mode: await unsetMode(core, subjectOf(call)) }))
  }
}
