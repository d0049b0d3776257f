import { digest } from '../digest.ts'

/** Longest JSON text that is read, in UTF-16 code units. */
export const jsonCharactersMax = 4 * 1024 * 1024
/** Deepest nesting that is read: what walks a value by recursion is then safe. */
export const jsonDepthMax = 64

const tooDeep = (value: unknown): boolean => {
  const pending: [unknown, number][] = [[value, 0]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [item, depth] = next
    if (typeof item !== 'object' || item === null) continue
    if (depth >= jsonDepthMax) return true
    for (const child of Object.values(item)) pending.push([child, depth + 1])
  }
  return false
}

const parsed = (text: string): { readonly value: unknown } | { readonly fault: string } => {
  if (text.trim() === '') return { fault: 'is empty' }
  if (text.length > jsonCharactersMax) return { fault: `is longer than ${jsonCharactersMax}` }
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { fault: 'is not JSON' }
  }
}

/**
 * Reads JSON that a stranger wrote: text, or a value that is already parsed. Bounded in length and depth; the fault
 * never quotes the text, which may hold personal data.
 */
export const readJson = (
  json: unknown,
): { readonly value: unknown } | { readonly fault: string } => {
  const read = typeof json === 'string' ? parsed(json) : { value: json }
  if ('fault' in read) return read
  return tooDeep(read.value) ? { fault: `is nested deeper than ${jsonDepthMax}` } : read
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return Object.fromEntries(entries.map(([name, child]) => [name, sorted(child)]))
}

/** JSON with the keys of every object in code-unit order, so that equal values give equal text. At most `jsonDepthMax` deep. */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value)) ?? 'null'

/** The canonical form of JSON text, or the text itself where it is not JSON or is nested too deep. */
export const canonicalText = (text: string): string => {
  const read = readJson(text)
  return 'fault' in read ? text : canonicalJson(read.value)
}

const safe = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,79}$/

/**
 * One safe part of a path for any name: letters, digits, `.`, `_` and `-`, at most 80 characters. A name that had to
 * be changed ends in `~` and a part of its digest, so that two names never share a path.
 */
export const pathPart = (name: string): string => {
  if (safe.test(name)) return name
  const kept = name
    .replace(/[^a-zA-Z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 60)
  return `${kept === '' ? 'x' : kept}~${digest(name).slice(0, 12)}`
}
