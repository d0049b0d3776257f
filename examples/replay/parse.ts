import { z } from 'zod'
import {
  answerTokens,
  type ChatRequest,
  type ChatResponse,
  digest,
  parseChatRequest,
  parseChatResponse,
  requestTokens,
  workloadOf,
} from '#kit'
import type { InferenceLog } from '#schemas'

/** What a line is read with. */
export interface ReadAs {
  readonly lineNumber: number
  /** The workload of every call, or empty: each call's own. */
  readonly workload: string
  /** Event time of a call that has none, milliseconds since 1970 UTC. */
  readonly fallbackTimeMs: number
}

const word = z
  .union([z.string(), z.number()])
  .transform((value) => String(value).toWellFormed())
  .pipe(z.string().max(256))
const time = z.union([z.number(), z.string().max(64)])

const recordSchema = z.object({
  request: z.unknown().optional(),
  response: z.unknown().optional(),
  request_id: word.nullish(),
  id: word.nullish(),
  timestamp: time.nullish(),
  created: time.nullish(),
  workload_id: word.nullish(),
  workload: word.nullish(),
  client_id: word.nullish(),
  session_id: word.nullish(),
  served_by: word.nullish(),
  subject: word.nullish(),
})

type Recorded = z.infer<typeof recordSchema>

/** Longest line that is read, in bytes. */
export const lineBytesMax = 900_000
/** Most that request and response may be together, in bytes: a topic takes records of 1,000,000. */
const bodiesBytesMax = 950_000

const earliestMs = Date.UTC(2000, 0)
const latestMs = Date.UTC(2100, 0)
/** Greater numbers are milliseconds: as seconds they would lie beyond the year 5000. */
const secondsMax = 1e11

/** Seconds, milliseconds or ISO 8601 as milliseconds since 1970 UTC; undefined for what is no time of this century. */
export const timeMsOf = (value: number | string | null | undefined): number | undefined => {
  if (value === null || value === undefined || value === '') return undefined
  const asNumber = Number(value)
  const ms = Number.isNaN(asNumber)
    ? Date.parse(String(value))
    : Math.round(asNumber > secondsMax ? asNumber : asNumber * 1000)
  return ms >= earliestMs && ms < latestMs ? ms : undefined
}

const eventTimeOf = (
  { timestamp, created }: Recorded,
  response: ChatResponse,
  fallbackMs: number,
): { readonly eventTimeMs: number; readonly isOwn: boolean } => {
  const own = timeMsOf(timestamp) ?? timeMsOf(created) ?? timeMsOf(response.createdAtMs)
  return { eventTimeMs: own ?? fallbackMs, isOwn: own !== undefined }
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

const tokensOf = (request: ChatRequest, response: ChatResponse) => ({
  promptTokens: response.usage?.promptTokens ?? requestTokens(request),
  completionTokens: response.usage?.completionTokens ?? answerTokens(response.message),
})

const logOf = (
  recorded: Recorded,
  { request, response }: { readonly request: ChatRequest; readonly response: ChatResponse },
  { lineNumber, workload, fallbackTimeMs }: ReadAs,
  line: string,
): InferenceLog => {
  const named = workload || recorded.workload_id || recorded.workload || undefined
  const { eventTimeMs, isOwn } = eventTimeOf(recorded, response, fallbackTimeMs)
  return {
    requestId:
      recorded.request_id || recorded.id || digest('replay', String(lineNumber), line).slice(0, 32),
    traceId: '',
    sessionId: recorded.session_id ?? '',
    agentId: '',
    parentId: '',
    tenant: '',
    client: recorded.client_id ?? 'replay',
    workload: workloadOf({ header: named, request }),
    subject: recorded.subject ?? '',
    eventTimeMs,
    request: textOf(recorded.request),
    response: textOf(recorded.response),
    model: request.model || response.model,
    servedBy: recorded.served_by || 'production',
    role: 'served',
    artifactHash: '',
    routeReason: 'replayed',
    canaryShare: 0,
    confidence: null,
    ...tokensOf(request, response),
    ttftMs: null,
    latencyMs: null,
    costUsd: null,
    status: 200,
    finishReason: response.finishReason,
    error: '',
    railHits: [],
    chunkIds: [],
    attributes: isOwn ? {} : { eventTime: 'stamped by replay order' },
  }
}

const readJson = (line: string): { readonly value: unknown } | { readonly fault: string } => {
  try {
    return { value: JSON.parse(line) }
  } catch {
    return { fault: 'is not JSON' }
  }
}

const recordedOf = (line: string): { readonly recorded: Recorded } | { readonly fault: string } => {
  const read = readJson(line)
  if ('fault' in read) return read
  const checked = recordSchema.safeParse(read.value)
  if (!checked.success) {
    const where = checked.error.issues[0]?.path.map(String).join('.') ?? ''
    return { fault: where === '' ? 'is not an object' : `does not fit at ${where}` }
  }
  const { request, response } = checked.data
  if (request === undefined || request === null) return { fault: 'has no request' }
  if (response === undefined || response === null) return { fault: 'has no response' }
  return { recorded: checked.data }
}

/**
 * One line of a user's logs as the record that an app publishes: `{"request": …, "response": …}` in OpenAI's form, or the NVIDIA
 * flywheel blueprint's record, whose tool arguments are objects. `request_id` or `id`, `timestamp` or `created`, `workload_id` or
 * `workload`, `client_id`, `session_id` and `served_by` are taken where they are there; else the id derives from line and number.
 * The fault says what is wrong and never quotes the content.
 */
export const parseReplayLine = (
  line: string,
  readAs: ReadAs,
): { readonly log: InferenceLog } | { readonly fault: string } => {
  const read = recordedOf(line)
  if ('fault' in read) return read
  const asked = parseChatRequest(read.recorded.request)
  if ('fault' in asked) return asked
  const answered = parseChatResponse(read.recorded.response)
  if ('fault' in answered) return answered
  const log = logOf(read.recorded, { ...asked, ...answered }, readAs, line)
  const sizeBytes = Buffer.byteLength(log.request) + Buffer.byteLength(log.response)
  return sizeBytes > bodiesBytesMax ? { fault: `holds more than ${bodiesBytesMax} bytes` } : { log }
}
