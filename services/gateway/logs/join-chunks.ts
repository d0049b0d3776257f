import type { Item } from './split-body.ts'

/** A record to read, and the place of its first part in the body. */
export interface Placed {
  readonly index: number
  readonly item: Item
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (item: Item): Fields | undefined => {
  if (!('value' in item)) return undefined
  const { value } = item
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined
}

const idOf = (fields: Fields): string => {
  const id = fields['requestId'] ?? fields['request_id'] ?? fields['id']
  return typeof id === 'string' || typeof id === 'number' ? String(id).trim() : ''
}

interface Group {
  readonly index: number
  readonly parts: readonly Fields[]
}

const isChunk = (fields: Fields): boolean => Object.hasOwn(fields, 'chunk')

/** Parts of one call: what they say beside their chunks is said once, by the first that says it. */
const joined = ({ index, parts }: Group): Placed => {
  const said = Object.fromEntries(parts.toReversed().flatMap((part) => Object.entries(part)))
  const { chunk: _, ...rest } = said
  if (Object.hasOwn(rest, 'response'))
    return { index, item: { fault: 'has chunks and a whole response' } }
  const chunks = parts.filter(isChunk).map(({ chunk }) => chunk)
  return { index, item: { value: { ...rest, response: chunks } } }
}

/** An item's fields beside its place. */
interface Seen {
  readonly index: number
  readonly item: Item
  readonly fields: Fields | undefined
  readonly id: string
}

const groupsOf = (seen: readonly Seen[]): ReadonlyMap<string, Group> => {
  const chunked = seen.filter(({ fields }) => fields !== undefined && isChunk(fields))
  const wanted = new Set(chunked.map(({ id }) => id).filter((id) => id !== ''))
  const groups = new Map<string, { index: number; parts: Fields[] }>()
  for (const { index, fields, id } of seen) {
    if (fields === undefined || !wanted.has(id)) continue
    const group = groups.get(id) ?? { index, parts: [] }
    group.parts.push(fields)
    groups.set(id, group)
  }
  return groups
}

const nameless = { fault: 'has a chunk and no requestId' } as const

/**
 * Joins the items of a body that carry one `chunk` each of the same call, told by its request id, into one record whose response
 * is those chunks in order. Every other item is a record by itself. Pure.
 */
export const joinChunks = (items: readonly Item[]): readonly Placed[] => {
  const seen = items.map((item, index): Seen => {
    const fields = fieldsOf(item)
    return { index, item, fields, id: fields === undefined ? '' : idOf(fields) }
  })
  const groups = groupsOf(seen)
  return seen.flatMap(({ index, item, fields, id }): readonly Placed[] => {
    const group = groups.get(id)
    if (group !== undefined) return group.index === index ? [joined(group)] : []
    return [{ index, item: fields !== undefined && isChunk(fields) ? nameless : item }]
  })
}
