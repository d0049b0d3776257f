import { type HttpResponse, parseChatResponse, type ReplyStream } from '#kit'
import type { UpstreamPlan } from './call-plan.ts'
import {
  counted,
  type Exchange,
  elapsedMs,
  fail,
  failureOf,
  headersFor,
  type Timed,
} from './exchange.ts'
import { failure } from './openai-error.ts'
import { passStream } from './pass-stream.ts'
import { type Served, unserved } from './served.ts'

const hasErrorShape = (body: string): boolean => {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && 'error' in value
  } catch {
    return false
  }
}

/** 4xx of upstream is the caller's own and goes to him as it came; the rest is a bad gateway. */
const passError = async (timed: Timed, response: HttpResponse): Promise<Served> => {
  const body = await response.text()
  const { status } = response
  const headers = headersFor(timed, response, 'application/json')
  if (status >= 400 && status < 500 && hasErrorShape(body)) {
    timed.stream.start(status, headers)
    timed.stream.writeLast(body)
    return unserved(status, `upstream answered ${status}`, elapsedMs(timed))
  }
  const shown = status >= 400 && status < 500 ? status : 502
  return fail(timed, failure(shown, 'upstream_error', `The model answered ${status}.`), headers)
}

const passWhole = async (timed: Timed, response: HttpResponse): Promise<Served> => {
  const body = await response.text()
  const latencyMs = elapsedMs(timed)
  const contentType = response.headers['content-type'] ?? 'application/json'
  timed.stream.start(200, headersFor(timed, response, contentType))
  timed.stream.writeLast(body)
  const read = parseChatResponse(body)
  if ('fault' in read)
    return { ...unserved(200, read.fault, latencyMs), response: body, model: timed.plan.model }
  return {
    status: 200,
    response: body,
    finishReason: read.response.finishReason,
    ...counted(timed, read.response),
    ttftMs: null,
    latencyMs,
    error: '',
  }
}

const headersOf = ({ requestId, traceparent, authorization, asked }: UpstreamPlan) => ({
  'content-type': 'application/json',
  accept: asked.request.stream ? 'text/event-stream' : 'application/json',
  'x-request-id': requestId,
  ...(traceparent === '' ? {} : { traceparent }),
  ...(authorization === '' ? {} : { authorization }),
})

const passOn = (timed: Timed, response: HttpResponse): Promise<Served> => {
  if (response.status !== 200) return passError(timed, response)
  const isStream = (response.headers['content-type'] ?? '').startsWith('text/event-stream')
  return isStream ? passStream(timed, response) : passWhole(timed, response)
}

/** Asks the production model and hands its answer on. A failed upstream is a `Served` with its error. */
export const serveUpstream = async (exchange: Exchange): Promise<Served> => {
  const { plan, world, timeoutMs, signal } = exchange
  const tooLate = world.timeout(timeoutMs)
  const timed = { ...exchange, tooLate, startedMs: world.clockMs() }
  try {
    const either = AbortSignal.any([signal, tooLate])
    return await passOn(timed, await world.upstream(plan.body, headersOf(plan), either, timeoutMs))
  } catch (error) {
    if (signal.aborted) return unserved(499, 'nobody waited for the answer', elapsedMs(timed))
    return fail(timed, failureOf(error, timed))
  }
}

/** For a copy, whose answer nobody reads. */
export const nobody: ReplyStream = {
  start: () => undefined,
  write: async () => undefined,
  writeLast: () => undefined,
}
