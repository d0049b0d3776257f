import { type ChatRequest, parseChatRequest, readJson } from '#kit'

/** A record's request. */
export interface Question {
  /** As JSON text, without the end user's id. */
  readonly text: string
  readonly request: ChatRequest
  /** The end user as the request names him, or empty. */
  readonly user: string
}

/** OpenAI's fields for the id of an end user. */
const userFields = ['safety_identifier', 'user'] as const

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Takes the end user's id out of a request: it is stored as a keyed hash only. */
const withoutUser = (given: Readonly<Record<string, unknown>>) => {
  const named = userFields.map((name) => given[name]).filter((id) => typeof id === 'string')
  const fields = Object.entries(given).filter(([name]) => !userFields.some((own) => own === name))
  return { user: named.find((id) => id.trim() !== '') ?? '', rest: Object.fromEntries(fields) }
}

/**
 * Reads the request of a record: an OpenAI chat completion request as a value or as JSON text. The fault never quotes
 * the content. Pure.
 */
export const readRequest = (given: unknown): Question | { readonly fault: string } => {
  const json = readJson(given)
  if ('fault' in json) return { fault: `request ${json.fault}` }
  const read = parseChatRequest(json.value)
  if ('fault' in read) return read
  if (!isObject(json.value)) return { fault: 'request is not an object' }
  const { request } = read
  const isNamed = userFields.some((name) => Object.hasOwn(json.value as object, name))
  const { user, rest } = isNamed ? withoutUser(json.value) : { user: '', rest: json.value }
  const text = typeof given === 'string' && !isNamed ? given : JSON.stringify(rest)
  return { text: text.toWellFormed(), request, user }
}
