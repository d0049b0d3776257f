import {
  AddressRefused,
  answerTokens,
  costUsd,
  type HttpResponse,
  type ReplyStream,
  requestTokens,
  Transient,
} from '#kit'
import { replyHeaders, type UpstreamPlan } from './call-plan.ts'
import { type Failure, failure } from './openai-error.ts'
import { type Served, unserved } from './served.ts'
import type { World } from './world.ts'

/** Where an upstream answer goes, and what ends it early. */
export interface Exchange {
  readonly plan: UpstreamPlan
  readonly stream: ReplyStream
  readonly world: Pick<World, 'upstream' | 'clockMs' | 'timeout' | 'prices'>
  readonly timeoutMs: number
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** An exchange under way. */
export interface Timed extends Exchange {
  readonly startedMs: number
  readonly tooLate: AbortSignal
}

const passedHeaders = /^(?:retry-after|x-ratelimit-[a-z-]{1,40}|openai-processing-ms)$/

/** Headers of an answer: ours, and those of upstream that callers read. */
export const headersFor = (exchange: Exchange, response: HttpResponse, contentType: string) => ({
  ...Object.fromEntries(
    Object.entries(response.headers).filter(([name]) => passedHeaders.test(name)),
  ),
  ...replyHeaders(exchange.plan),
  'content-type': contentType,
})

/** Since the exchange began, milliseconds. */
export const elapsedMs = ({ world, startedMs }: Timed): number => world.clockMs() - startedMs

/** What a caller is told of an error; rethrows what is our own bug. */
export const failureOf = (error: unknown, { tooLate, timeoutMs }: Timed): Failure => {
  if (tooLate.aborted)
    return failure(504, 'upstream_timeout', `The model did not answer within ${timeoutMs} ms.`)
  if (error instanceof AddressRefused)
    return failure(502, 'upstream_address', 'The address of the model is not allowed.')
  if (error instanceof Transient)
    return failure(502, 'upstream_unreachable', 'The model can not be reached.')
  throw error
}

/** Tells the caller of a failure in OpenAI's form. */
export const fail = async (
  timed: Timed,
  { status, error }: Failure,
  headers: Readonly<Record<string, string>> = {},
): Promise<Served> => {
  const { stream, plan, signal } = timed
  if (signal.aborted) return unserved(499, 'nobody waited for the answer', elapsedMs(timed))
  stream.start(status, { ...headers, ...replyHeaders(plan), 'content-type': 'application/json' })
  stream.writeLast(JSON.stringify({ error }))
  return unserved(status, `${error.code}: ${error.message}`, elapsedMs(timed))
}

type Counted = Pick<Served, 'model' | 'promptTokens' | 'completionTokens' | 'costUsd'>

/** Tokens as upstream counted them, else as we do, and their price. */
export const counted = (
  { plan, world }: Timed,
  answer: {
    readonly model: string
    readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | undefined
    readonly message: Parameters<typeof answerTokens>[0]
  },
): Counted => {
  const { usage, message } = answer
  const model = answer.model === '' ? plan.model : answer.model
  const promptTokens = usage?.promptTokens ?? requestTokens(plan.asked.request)
  const completionTokens = usage?.completionTokens ?? answerTokens(message)
  const byAnswer = costUsd(model, promptTokens, completionTokens, world.prices)
  const byName = costUsd(plan.model, promptTokens, completionTokens, world.prices)
  return { model, promptTokens, completionTokens, costUsd: byAnswer ?? byName }
}
