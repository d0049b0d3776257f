import { digest, type RouteRequest, subjectOf } from '#kit'
import type { InferenceLog } from '#schemas'
import { type Plan, servedByOf } from './call-plan.ts'
import { type Served, unserved } from './served.ts'

const headerCharactersMax = 256
const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

const bounded = (header: string | undefined): string =>
  (header ?? '').slice(0, headerCharactersMax).toWellFormed()

const traceIdOf = (header: string | undefined): string => traceparent.exec(header ?? '')?.[1] ?? ''

const callerOf = ({ headers }: RouteRequest, subjectKey: string) => ({
  traceId: traceIdOf(headers['traceparent']),
  sessionId: bounded(headers['x-session-id']),
  client: bounded(headers['x-client-id']),
  subject: subjectKey === '' ? '' : subjectOf(subjectKey, headers['x-subject'] ?? ''),
})

const modelOf = (plan: Plan) => {
  const none = { artifactHash: '', canaryShare: 0, confidence: null, chunkIds: [] }
  if (plan.route === 'refused') return none
  if (plan.route === 'upstream') return { ...none, chunkIds: plan.chunkIds }
  const { reference, share, answer } = plan
  const { artifactHash } = reference
  return { ...none, artifactHash, canaryShare: share, confidence: answer.confidence }
}

const outcomeOf = (plan: Plan, served: Served | undefined): Served => {
  if (served !== undefined) return served
  const { status, error } =
    plan.route === 'refused'
      ? plan.failure
      : { status: 500, error: { code: 'unserved', message: '' } }
  return unserved(status, `${error.code}: ${error.message}`, null)
}

/** What an unsure student would have said: with the production model's answer it tells how right the student is. */
const attributesOf = (plan: Plan, model: string): Readonly<Record<string, string>> => ({
  ...(model === '' ? {} : { answeredBy: model }),
  ...(plan.route === 'upstream' && plan.unsure !== undefined
    ? {
        studentLabel: plan.unsure.label,
        studentConfidence: plan.unsure.confidence.toFixed(6),
      }
    : {}),
})

/** The log record of a call that a caller waited for. Pure. */
export const servedRecord = (
  request: RouteRequest,
  plan: Plan,
  served: Served | undefined,
  subjectKey: string,
): InferenceLog => {
  const { status, response, model, finishReason, error, ...figures } = outcomeOf(plan, served)
  return {
    requestId: plan.requestId,
    parentId: '',
    agentId: '',
    tenant: '',
    ...callerOf(request, subjectKey),
    workload: plan.asked?.workload ?? '',
    eventTimeMs: request.arrivedAtMs,
    request: JSON.stringify(request.body ?? null),
    model: plan.asked?.request.model ?? '',
    servedBy: servedByOf(plan),
    role: 'served',
    routeReason: plan.reason,
    ...modelOf(plan),
    railHits: plan.railHits,
    ...figures,
    ...{ response, status, finishReason, error },
    attributes: attributesOf(plan, model),
  }
}

/** The log record of a copy of a student's call to the production model. Pure. */
export const sampledRecord = (
  request: RouteRequest,
  plan: Plan,
  served: Served,
  subjectKey: string,
): InferenceLog => ({
  ...servedRecord(request, plan, served, subjectKey),
  requestId: digest(plan.requestId, 'sampled'),
  parentId: plan.requestId,
  role: 'sampled',
  routeReason: 'sampled',
})
