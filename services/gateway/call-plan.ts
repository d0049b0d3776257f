import type { ChatMessage } from '#kit'
import type { ModelReference } from '#schemas'
import type { Asked } from './asked.ts'
import type { Failure } from './openai-error.ts'
import type { StudentAnswer } from './world.ts'

/** Why a call is answered by whom it is. */
export type RouteReason =
  | 'champion'
  | 'cascade-unsure'
  | 'no-champion'
  | 'champion-unavailable'
  | 'not-a-choice-request'
  | 'not-redactable'
  | 'invalid-request'
  | 'blocked'

interface Common {
  readonly requestId: string
  readonly reason: RouteReason
  readonly railHits: readonly string[]
  readonly traceparent: string
}

/** An answer by a student. */
export interface StudentPlan extends Common {
  readonly route: 'student'
  readonly asked: Asked
  readonly reference: ModelReference
  readonly share: number
  readonly answer: StudentAnswer
  readonly message: ChatMessage
  readonly arrivedAtMs: number
  /** The same call to upstream, where it is sampled. */
  readonly copy: UpstreamPlan | undefined
}

/** An answer by the production model. */
export interface UpstreamPlan extends Common {
  readonly route: 'upstream'
  readonly asked: Asked
  readonly model: string
  readonly body: string
  readonly authorization: string
  readonly chunkIds: readonly string[]
  /** What an unsure student would have answered; undefined where none was asked. */
  readonly unsure: StudentAnswer | undefined
}

/** No answer. */
export interface RefusedPlan extends Common {
  readonly route: 'refused'
  readonly asked: Asked | undefined
  readonly failure: Failure
}

export type Plan = StudentPlan | UpstreamPlan | RefusedPlan

/** Who answers, as logs and headers name him. */
export const servedByOf = (plan: Plan): string => {
  if (plan.route === 'student') return `student:${plan.reference.candidateId}`
  return plan.route === 'upstream' ? 'production' : ''
}

/** Headers that tell the caller what became of his call. */
export const replyHeaders = (plan: Plan): Readonly<Record<string, string>> => ({
  'x-request-id': plan.requestId,
  'x-flywheel-served-by': servedByOf(plan),
  'x-flywheel-route': plan.reason,
})
