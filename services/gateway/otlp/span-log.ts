import {
  answerTokens,
  type ChatRequest,
  costUsd,
  type Prices,
  parseChatRequest,
  parseChatResponse,
  requestTokens,
  subjectOf,
  workloadOf,
} from '#kit'
import type { InferenceLog } from '#schemas'
import { finishReasonsOf, requestBody, responseBody } from './bodies.ts'
import type { Content } from './call-content.ts'
import { contentOf } from './content.ts'
import { figuresIn } from './figures.ts'
import { outcomeOf } from './outcome.ts'
import { attributesIn } from './span-attributes.ts'
import type { Span } from './spans.ts'
import { firstWord } from './values.ts'

/** What a span is read with. */
export interface SpanReader {
  readonly nowMs: number
  readonly prices: Prices
  /** Key of the hash that stands for an end user, or empty. */
  readonly subjectKey: string
  /** The client that is known by its key, or empty. */
  readonly client: string
  /** The client by the caller's header, where the span's resource names no service. */
  readonly clientNamed: string
  /** The workload of the spans that name none, or empty. */
  readonly workload: string
}

const earliestMs = Date.UTC(2000, 0)
const dayMs = 86_400_000
const nameCharactersMax = 256
/** Most that the texts of a record may be together, in bytes: its topic takes records of 1,000,000. */
const textsBytesMax = 950_000

const named = (text: string): string => text.slice(0, nameCharactersMax).toWellFormed()

const subjectIn = ({ attributes }: Span, key: string): string => {
  const user = firstWord(attributes, ['enduser.id', 'user.id', 'enduser.pseudo.id'])
  return key === '' ? '' : subjectOf(key, user)
}

const callerOf = (span: Span, reader: SpanReader) => ({
  sessionId: named(firstWord(span.attributes, ['gen_ai.conversation.id', 'session.id'])),
  agentId: named(firstWord(span.attributes, ['gen_ai.agent.id', 'gen_ai.agent.name'])),
  client: named(reader.client || firstWord(span.resource, ['service.name']) || reader.clientNamed),
  subject: subjectIn(span, reader.subjectKey),
})

const workloadIn = (span: Span, reader: SpanReader, request: ChatRequest | undefined): string => {
  const name = 'flywheel.workload'
  const own = firstWord(span.attributes, [name]) || firstWord(span.resource, [name])
  const header = own || reader.workload
  return request === undefined ? named(header) : workloadOf({ header, request })
}

const timeOf = ({ startNano }: Span, nowMs: number): number | undefined => {
  const ms = Number(startNano / 1_000_000n)
  return ms >= earliestMs && ms <= nowMs + dayMs ? ms : undefined
}

/** Content of which a part was cut off teaches the wrong thing: none of it is kept. */
const wholeContentOf = (span: Span): Content => {
  const content = contentOf(span)
  return content.unread.length > 0 ? { unread: content.unread } : content
}

const readBodies = (span: Span, content: Content) => {
  const asked = requestBody(span, content)
  const answered = responseBody(span, content)
  const request = parseChatRequest(asked)
  const response = answered === undefined ? undefined : parseChatResponse(answered)
  return {
    request: 'request' in request ? request.request : undefined,
    response: response !== undefined && 'response' in response ? response.response : undefined,
    requestText: JSON.stringify(asked),
    responseText: answered === undefined ? '' : JSON.stringify(answered),
  }
}

type Bodies = ReturnType<typeof readBodies>

/** Tokens as the span counts them, else as we do; a price only where both are known. */
const countedOf = (span: Span, { request, response }: Bodies, prices: Prices) => {
  const { askedModel, answeredModel, promptTokens, completionTokens } = figuresIn(span)
  const prompt = promptTokens ?? (request && response ? requestTokens(request) : undefined)
  const completion = completionTokens ?? (response ? answerTokens(response.message) : undefined)
  const priced = (model: string) => costUsd(model, prompt ?? 0, completion ?? 0, prices)
  const isKnown = prompt !== undefined && completion !== undefined
  return {
    model: askedModel,
    promptTokens: prompt ?? 0,
    completionTokens: completion ?? 0,
    costUsd: isKnown ? (priced(answeredModel) ?? priced(askedModel)) : null,
  }
}

/** The id of a span's record: an app that knows its span can give feedback to it. */
const requestIdOf = ({ attributes, traceId, spanId }: Span): string =>
  named(firstWord(attributes, ['flywheel.request_id'])) || `${traceId}-${spanId}`

const logOf = (span: Span, reader: SpanReader): InferenceLog => {
  const content = wholeContentOf(span)
  const bodies = readBodies(span, content)
  const eventTimeMs = timeOf(span, reader.nowMs)
  const { latencyMs, ttftMs } = figuresIn(span)
  const [firstReason = ''] = finishReasonsOf(span)
  return {
    requestId: requestIdOf(span),
    traceId: span.traceId,
    ...{ parentId: '', tenant: '' },
    ...callerOf(span, reader),
    workload: workloadIn(span, reader, bodies.request),
    eventTimeMs: eventTimeMs ?? reader.nowMs,
    ...{ request: bodies.requestText, response: bodies.responseText },
    ...{ servedBy: 'production', role: 'served', artifactHash: '', routeReason: '' },
    ...{ canaryShare: 0, confidence: null, railHits: [], chunkIds: [] },
    ...countedOf(span, bodies, reader.prices),
    ...{ ttftMs, latencyMs },
    ...outcomeOf(span),
    finishReason: bodies.response?.finishReason || firstReason,
    attributes: attributesIn(span, { isStamped: eventTimeMs === undefined, ...content }),
  }
}

const sizeBytesOf = ({ request, response, error, attributes }: InferenceLog): number =>
  [request, response, error, ...Object.entries(attributes).flat()].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    4096,
  )

/**
 * The log of a model call that a span tells of, or why there is none. The same span sent again gives the same id. Never
 * throws; a fault never quotes the content. Pure.
 */
export const spanLog = (
  span: Span,
  reader: SpanReader,
): { readonly log: InferenceLog } | { readonly fault: string } => {
  if (span.traceId === '' || span.spanId === '')
    return { fault: 'A span has no valid trace id or span id.' }
  const log = logOf(span, reader)
  return sizeBytesOf(log) > textsBytesMax
    ? { fault: `A call holds more than ${textsBytesMax} bytes.` }
    : { log }
}
