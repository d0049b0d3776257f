import { readJson } from '#kit'

/** An object whose fields nobody has checked. */
export type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value as an object, or an empty one. */
export const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {})

/** The value as a list, or an empty one. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** The value as text, or empty. */
export const wordOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A finite number, also as text; undefined for all else. */
export const numberOf = (value: unknown): number | undefined => {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const number = value === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) ? number : undefined
}

/** Text as it is, anything else as JSON; empty where there is nothing. */
export const textFrom = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)

/** Structured data, or the same as JSON text; undefined where the text is no JSON, as when an SDK cut it. */
export const structureOf = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  const read = readJson(value)
  return 'fault' in read ? undefined : read.value
}

/** The first that is not empty. */
export const firstWord = (fields: Fields, names: readonly string[]): string =>
  names.map((name) => wordOf(fields[name])).find((word) => word !== '') ?? ''

/** The first that is a number. */
export const firstNumber = (fields: Fields, names: readonly string[]): number | undefined =>
  names.map((name) => numberOf(fields[name])).find((number) => number !== undefined)
