import type { HttpResponse } from '#kit'
import { counted, elapsedMs, failureOf, headersFor, type Timed } from './exchange.ts'
import type { Failure } from './openai-error.ts'
import { completionOf, messageOf, type Reassembled, reassembler } from './reassemble.ts'
import type { Served } from './served.ts'

/** How a stream ended: whole, given up by the caller, or broken. */
const endOf = (
  { signal }: Timed,
  { isComplete, choices, error }: Reassembled,
  trouble: Failure | undefined,
): Pick<Served, 'status' | 'error'> => {
  if (signal.aborted && !isComplete) return { status: 499, error: 'nobody waited for the answer' }
  if (trouble !== undefined) return { status: trouble.status, error: trouble.error.message }
  if (error !== '') return { status: 502, error }
  if (isComplete || choices[0].finishReason !== '') return { status: 200, error: '' }
  return { status: 502, error: 'the stream ended before its end' }
}

const streamed = (
  timed: Timed,
  result: Reassembled,
  ttftMs: number | null,
  trouble: Failure | undefined,
): Served => {
  const figures = counted(timed, { ...result, message: messageOf(result) })
  return {
    response: JSON.stringify(completionOf(result, figures.model, figures)),
    finishReason: result.choices[0].finishReason,
    ...figures,
    ttftMs,
    latencyMs: elapsedMs(timed),
    ...endOf(timed, result, trouble),
  }
}

/** Hands each chunk on as it came, byte for byte, the one with `[DONE]` last, and puts the answer together beside. */
export const passStream = async (timed: Timed, response: HttpResponse): Promise<Served> => {
  const { stream, signal } = timed
  const reading = reassembler()
  let ttftMs: number | null = null
  let trouble: Failure | undefined
  const contentType = response.headers['content-type'] ?? 'text/event-stream'
  stream.start(200, headersFor(timed, response, contentType))
  try {
    for await (const chunk of response.chunks) {
      if (reading.feed(chunk)) ttftMs ??= elapsedMs(timed)
      if (reading.isComplete()) stream.writeLast(chunk)
      else await stream.write(chunk)
    }
  } catch (error) {
    if (!signal.aborted) {
      trouble = failureOf(error, timed)
      await stream.write(`data: ${JSON.stringify({ error: trouble.error })}\n\n`)
    }
  }
  return streamed(timed, reading.result(), ttftMs, trouble)
}
