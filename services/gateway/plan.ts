import { type ChatMessage, digest, type RouteContext, type SettingsOf } from '#kit'
import type { Asked } from './asked.ts'
import type { Plan, RefusedPlan, RouteReason, StudentPlan, UpstreamPlan } from './call-plan.ts'
import { fitsChoice } from './choice-request.ts'
import { type Failure, failure } from './openai-error.ts'
import type { chatSettings } from './settings.ts'
import { studentMessage } from './student-message.ts'
import { upstreamBody, upstreamModel } from './upstream-body.ts'
import type { Champion, ContextChunk, StudentAnswer } from './world.ts'

/** What is known before a call is routed. */
export interface Facts {
  readonly asked: Asked | { readonly fault: string }
  readonly champion: Champion
  readonly answer: StudentAnswer | undefined
  /** Retrieved context; undefined where the retriever could not say; empty where none was asked for. */
  readonly chunks: readonly ContextChunk[] | undefined
}

type Settings = SettingsOf<typeof chatSettings>

/** What a plan takes from the request's envelope. */
export interface Envelope {
  readonly requestId: string
  readonly headers: Readonly<Record<string, string>>
  readonly arrivedAtMs: number
}

/** Who is sure enough to answer, or the reason why upstream does. */
const studentOrReason = (
  { requestId }: Envelope,
  asked: Asked,
  { champion, answer }: Facts,
): { readonly message: ChatMessage } | { readonly reason: RouteReason } => {
  if (champion.kind === 'none') return { reason: 'no-champion' }
  if (champion.kind === 'unavailable') return { reason: 'champion-unavailable' }
  if (asked.inputText === undefined) return { reason: 'not-redactable' }
  if (answer === undefined) return { reason: 'not-a-choice-request' }
  const { label, confidence } = answer
  const { answers } = champion.student
  const { tools } = asked.request
  const message = studentMessage({ label, answers, tools, requestId })
  if (!fitsChoice(asked, message)) return { reason: 'not-a-choice-request' }
  const { kind, threshold } = champion.reference
  const isSure = kind === 'student' || (threshold !== null && confidence >= threshold)
  return isSure ? { message } : { reason: 'cascade-unsure' }
}

/** The share of calls that is sampled, chosen by the request's id: a replay chooses the same. */
export const isSampled = (requestId: string, share: number): boolean =>
  Number.parseInt(digest('sample', requestId).slice(0, 13), 16) / 16 ** 13 < share

const refused = (
  { requestId, headers }: Envelope,
  reason: RouteReason,
  asked: Asked | undefined,
  why: Failure,
): RefusedPlan => ({
  route: 'refused',
  requestId,
  reason,
  railHits: asked?.railHits ?? [],
  traceparent: headers['traceparent'] ?? '',
  asked,
  failure: why,
})

const upstream = (
  envelope: Envelope,
  reason: RouteReason,
  asked: Asked,
  { chunks, answer }: Facts,
  settings: Settings,
): UpstreamPlan | RefusedPlan => {
  const { requestId, headers } = envelope
  const model = upstreamModel(asked.request.model, settings.productionModel)
  const mask = settings.piiRail === 'mask-upstream'
  const body = upstreamBody(asked, { model, chunks: chunks ?? [], mask })
  if (body === undefined) {
    const why = failure(500, 'not_masked', 'The request could not be masked, so it was not sent.')
    return refused(envelope, 'not-redactable', asked, why)
  }
  return {
    route: 'upstream',
    requestId,
    reason,
    railHits: chunks === undefined ? [...asked.railHits, 'context:unavailable'] : asked.railHits,
    traceparent: headers['traceparent'] ?? '',
    asked,
    model,
    body,
    authorization: headers['authorization'] ?? '',
    chunkIds: (chunks ?? []).map(({ chunkId }) => chunkId),
    unsure: reason === 'cascade-unsure' ? answer : undefined,
  }
}

const routed = (
  envelope: Envelope,
  asked: Asked,
  facts: Facts,
  settings: Settings,
): StudentPlan | UpstreamPlan | RefusedPlan => {
  const { champion, answer } = facts
  const chosen = studentOrReason(envelope, asked, facts)
  if ('reason' in chosen || champion.kind !== 'loaded' || answer === undefined) {
    const reason = 'reason' in chosen ? chosen.reason : 'no-champion'
    return upstream(envelope, reason, asked, facts, settings)
  }
  const { requestId, headers, arrivedAtMs } = envelope
  const copy = isSampled(requestId, settings.sampledShare)
    ? upstream(envelope, 'champion', asked, facts, settings)
    : undefined
  return {
    route: 'student',
    requestId,
    reason: 'champion',
    railHits: asked.railHits,
    traceparent: headers['traceparent'] ?? '',
    asked,
    reference: champion.reference,
    share: champion.share,
    answer,
    message: chosen.message,
    arrivedAtMs,
    copy: copy?.route === 'upstream' ? copy : undefined,
  }
}

/** Decides who answers a call. Pure: the same facts give the same plan. */
export const planCall = (
  envelope: Envelope,
  { facts, settings }: RouteContext<typeof chatSettings, Facts>,
): Plan => {
  const { asked } = facts
  if ('fault' in asked) {
    const why = failure(400, 'invalid_request', `The ${asked.fault}.`)
    return refused(envelope, 'invalid-request', undefined, why)
  }
  if (settings.injectionRail === 'block' && asked.injections.length > 0) {
    const said = 'The request was refused: it looks like an attempt to override instructions.'
    return refused(envelope, 'blocked', asked, failure(400, 'content_filter', said, 'messages'))
  }
  return routed(envelope, asked, facts, settings)
}
