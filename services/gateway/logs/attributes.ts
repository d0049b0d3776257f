import type { Named } from './fields.ts'

/** Bounds of the attributes of a record: entries, and UTF-16 code units of a name and a value. */
const entriesMax = 64
const nameCharactersMax = 128
const valueCharactersMax = 1024

const ignoredMax = 20
const shownCharactersMax = 64

/** What of the free fields is kept, and the names of what is not. */
export interface Attributes {
  readonly attributes: Readonly<Record<string, string>>
  readonly ignored: readonly string[]
}

const scalarOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value.toWellFormed()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

const fits = (name: string, value: string | undefined): value is string =>
  name !== '' &&
  name.length <= nameCharactersMax &&
  value !== undefined &&
  value.length <= valueCharactersMax

/**
 * The attributes of a record: what we say of it, its own attributes, and its unknown fields; the first of a name counts. Only text,
 * numbers and truth values within bounds are kept; the others are named, the first 20 of them.
 */
export const attributesOf = (
  ours: Readonly<Record<string, string>>,
  own: Readonly<Record<string, unknown>>,
  unknown: Named['unknown'],
): Attributes => {
  const kept = new Map(Object.entries(ours))
  const ignored: string[] = []
  for (const [given, value] of [...Object.entries(own), ...unknown]) {
    const name = given.toWellFormed()
    const scalar = scalarOf(value)
    if (kept.has(name) || value === null) continue
    if (fits(name, scalar) && kept.size < entriesMax) kept.set(name, scalar)
    else ignored.push(name.slice(0, shownCharactersMax).toWellFormed())
  }
  return { attributes: Object.fromEntries(kept), ignored: ignored.slice(0, ignoredMax) }
}
