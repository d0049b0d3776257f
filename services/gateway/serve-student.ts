import {
  answerTokens,
  type Completion,
  chatChunks,
  chatResponse,
  computeCostUsd,
  digest,
  eventStreamOf,
  type ReplyStream,
  requestTokens,
} from '#kit'
import { replyHeaders, type StudentPlan, servedByOf } from './call-plan.ts'
import type { Served } from './served.ts'
import type { World } from './world.ts'

const completionOf = (plan: StudentPlan): Completion => ({
  id: `chatcmpl-${digest('completion', plan.requestId).slice(0, 29)}`,
  model: servedByOf(plan),
  message: plan.message,
  createdAtMs: plan.arrivedAtMs,
  usage: {
    promptTokens: requestTokens(plan.asked.request),
    completionTokens: answerTokens(plan.message),
  },
})

/** Answers with the student's message, as JSON or as an event stream. */
export const serveStudent = async (
  plan: StudentPlan,
  stream: ReplyStream,
  { clockMs, prices }: Pick<World, 'clockMs' | 'prices'>,
): Promise<Served> => {
  const startedMs = clockMs()
  const { request } = plan.asked
  const completion = completionOf(plan)
  const response = chatResponse(completion)
  const contentType = request.stream ? 'text/event-stream; charset=utf-8' : 'application/json'
  stream.start(200, { ...replyHeaders(plan), 'content-type': contentType })
  stream.writeLast(
    request.stream
      ? eventStreamOf(chatChunks(completion, request.includeUsage))
      : JSON.stringify(response),
  )
  const latencyMs = plan.answer.cpuMs + clockMs() - startedMs
  return {
    status: 200,
    response: JSON.stringify(response),
    model: completion.model,
    finishReason: response.choices[0]?.finish_reason ?? '',
    ...completion.usage,
    ttftMs: latencyMs,
    latencyMs,
    costUsd: computeCostUsd(plan.answer.cpuMs, prices),
    error: '',
  }
}
