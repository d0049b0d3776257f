import {
  type ChatRequest,
  inputTextOf,
  type PiiCounts,
  parseChatRequest,
  type RouteRequest,
  redactBody,
  textOf,
  workloadOf,
} from '#kit'
import { findInjections } from './rails/injection.ts'

/** A chat completion request, read and looked at by the rails. */
export interface Asked {
  /** The request as it came. */
  readonly body: Readonly<Record<string, unknown>>
  readonly request: ChatRequest
  readonly workload: string
  /** What a student reads: redacted as its training texts were; undefined where that could not be done. */
  readonly inputText: string | undefined
  /** Rails that fired: `pii:<type>` and `injection:<rule>`. */
  readonly railHits: readonly string[]
  readonly injections: readonly string[]
  /** The collection that is asked for context, or empty. */
  readonly collection: string
  /** What context is searched for: the last words of the user. */
  readonly question: string
}

const collectionPattern = /^[\w.:-]{1,128}$/
const questionCharactersMax = 1000

const collectionOf = (header: string | undefined, request: ChatRequest): string => {
  const name = header ?? request.metadata['collection'] ?? ''
  return collectionPattern.test(name) ? name : ''
}

const questionOf = ({ messages }: ChatRequest): string => {
  const last = messages.findLast(({ role }) => role === 'user')
  return last === undefined ? '' : textOf(last).slice(-questionCharactersMax).toWellFormed()
}

/** Redacts as the curator does before a dataset is built, so that a student meets what it was trained on. */
const redactedInput = (request: ChatRequest) => {
  const { messages, tools } = request
  const body = JSON.stringify({ messages, tools })
  const redacted = redactBody(body, 'json')
  if (!redacted.ok) return { inputText: undefined, counts: undefined }
  const { counts, text } = redacted
  if (text === undefined) return { inputText: inputTextOf(request), counts }
  const clean = parseChatRequest(text)
  return { inputText: 'fault' in clean ? undefined : inputTextOf(clean.request), counts }
}

const piiHits = (counts: PiiCounts | undefined): readonly string[] =>
  counts === undefined
    ? ['pii:unreadable']
    : Object.entries(counts).flatMap(([type, count]) => (count > 0 ? [`pii:${type}`] : []))

/** What strangers wrote: everything but the app's own instructions and the assistant's words. */
const strangersTexts = ({ messages }: ChatRequest): readonly string[] =>
  messages.filter(({ role }) => role === 'user' || role === 'tool').map(textOf)

const isObject = (body: unknown): body is Readonly<Record<string, unknown>> =>
  typeof body === 'object' && body !== null && !Array.isArray(body)

/** Reads a request; the fault says where it does not fit and never quotes it. Pure. */
export const readAsked = ({
  body,
  headers,
}: Pick<RouteRequest, 'body' | 'headers'>): Asked | { readonly fault: string } => {
  if (!isObject(body)) return { fault: 'request does not fit: it is not a JSON object' }
  const read = parseChatRequest(body)
  if ('fault' in read) return read
  const { request } = read
  const injections = findInjections(strangersTexts(request))
  const { inputText, counts } = redactedInput(request)
  return {
    body,
    request,
    workload: workloadOf({ header: headers['x-flywheel-workload'], request }),
    inputText,
    injections,
    railHits: [...piiHits(counts), ...injections.map((name) => `injection:${name}`)],
    collection: collectionOf(headers['x-flywheel-collection'], request),
    question: questionOf(request),
  }
}
