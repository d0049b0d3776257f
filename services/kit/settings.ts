import { z } from 'zod'
import { StartFault } from './errors.ts'

/** One setting: its variable, default, meaning and parser. The README tables come from these. */
export interface Field<T> {
  readonly env: string
  /** `undefined` means that it must be set. */
  readonly fallback: T | undefined
  readonly about: string
  readonly schema: z.ZodType<T>
  /** A secret is never printed. */
  readonly secret?: boolean
}
export type Settings = Readonly<Record<string, Field<unknown>>>
export type SettingsOf<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Field<infer T> ? T : never
}
export type Environment = Readonly<Record<string, string | undefined>>

const numeric = (schema: z.ZodNumber): z.ZodType<number> =>
  z.string().trim().min(1, 'is empty').transform(Number).pipe(schema)

/** A share or probability, 0 to 1. */
export const ratio = (env: string, fallback: number, about: string): Field<number> => ({
  env,
  fallback,
  about,
  schema: numeric(z.number().min(0).max(1)),
})

/** A whole number within bounds; the unit belongs in the setting's name. */
export const integer = (
  env: string,
  fallback: number,
  about: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): Field<number> => ({ env, fallback, about, schema: numeric(z.int().min(min).max(max)) })

/** A number within bounds. */
export const decimal = (
  env: string,
  fallback: number,
  about: string,
  { min = -Number.MAX_VALUE, max = Number.MAX_VALUE }: { min?: number; max?: number } = {},
): Field<number> => ({ env, fallback, about, schema: numeric(z.number().min(min).max(max)) })

/** Free text; `fallback` undefined makes it required. */
export const text = (env: string, fallback: string | undefined, about: string): Field<string> => ({
  env,
  fallback,
  about,
  schema: z.string(),
})

/** Text that is never printed. */
export const secret = (
  env: string,
  fallback: string | undefined,
  about: string,
): Field<string> => ({ ...text(env, fallback, about), secret: true })

/** An http or https address, without a trailing slash. */
export const address = (
  env: string,
  fallback: string | undefined,
  about: string,
): Field<string> => ({
  env,
  fallback,
  about,
  schema: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/$/, ''))
    .or(z.literal('')),
})

/** true or false. */
export const flag = (env: string, fallback: boolean, about: string): Field<boolean> => ({
  env,
  fallback,
  about,
  schema: z.enum(['true', 'false']).transform((value) => value === 'true'),
})

/** One of some words. */
export const oneOf = <const T extends string>(
  env: string,
  words: readonly [T, ...T[]],
  fallback: NoInfer<T>,
  about: string,
): Field<T> => ({ env, fallback, about, schema: z.enum(words) as unknown as z.ZodType<T> })

/** Words separated by commas. */
export const list = (env: string, fallback: readonly string[], about: string) =>
  ({
    env,
    fallback,
    about,
    schema: z.string().transform((value) =>
      value
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    ),
  }) satisfies Field<readonly string[]>

const readField = (field: Field<unknown>, environment: Environment, faults: string[]): unknown => {
  const raw = environment[field.env]
  if (raw === undefined || raw === '') {
    if (field.fallback === undefined) faults.push(`${field.env} must be set: ${field.about}`)
    return field.fallback
  }
  const parsed = field.schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const shown = field.secret === true ? 'its value' : `"${raw}"`
  const reasons = parsed.error.issues.map((issue) => issue.message).join('; ')
  faults.push(`${field.env}: ${shown} does not fit: ${reasons}`)
  return field.fallback
}

/** Settings as far as they could be read, and what was wrong with the others. */
export interface SettingsRead<S extends Settings> {
  /** A faulty field has its default here, or undefined where it has none: use nothing before `faults` is empty. */
  readonly values: SettingsOf<S>
  readonly faults: readonly string[]
}

/** Reads every field and collects what does not fit. */
export const collectSettings = <S extends Settings>(
  settings: S,
  environment: Environment,
): SettingsRead<S> => {
  const faults: string[] = []
  const values = Object.entries(settings).map(([name, field]) => [
    name,
    readField(field, environment, faults),
  ])
  return { values: Object.freeze(Object.fromEntries(values)) as SettingsOf<S>, faults }
}

/** The one message that shows every mistake. */
export const settingsFault = (faults: readonly string[]): StartFault =>
  new StartFault(`Wrong settings:\n  ${[...new Set(faults)].join('\n  ')}`)

/** Reads every field before it complains, so one start shows every mistake. Throws `StartFault`. */
export const readSettings = <S extends Settings>(
  settings: S,
  environment: Environment,
): SettingsOf<S> => {
  const { values, faults } = collectSettings(settings, environment)
  if (faults.length > 0) throw settingsFault(faults)
  return values
}
