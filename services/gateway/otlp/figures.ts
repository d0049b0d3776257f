import type { Span } from './spans.ts'
import { firstNumber, firstWord } from './values.ts'

/** What a span counts and measures. */
export interface Figures {
  readonly askedModel: string
  readonly answeredModel: string
  /** Undefined where the span does not tell. */
  readonly promptTokens: number | undefined
  readonly completionTokens: number | undefined
  readonly latencyMs: number | null
  readonly ttftMs: number | null
}

const nameCharactersMax = 256

const count = (number: number | undefined): number | undefined =>
  number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined

const latencyOf = ({ startNano, endNano }: Span): number | null =>
  startNano > 0n && endNano >= startNano ? Number(endNano - startNano) / 1e6 : null

/** Seconds to the first chunk, by the conventions' name or those of servers that came before it. */
const firstChunk = [
  'gen_ai.response.time_to_first_chunk',
  'gen_ai.server.time_to_first_token',
  'gen_ai.latency.time_to_first_token',
]

/** Models, tokens and times of a call, by the current names or the previous ones. */
export const figuresIn = (span: Span): Figures => {
  const { attributes } = span
  const asked = firstWord(attributes, ['gen_ai.request.model'])
  const answered = firstWord(attributes, ['gen_ai.response.model'])
  const seconds = firstNumber(attributes, firstChunk)
  return {
    askedModel: (asked || answered).slice(0, nameCharactersMax).toWellFormed(),
    answeredModel: answered.slice(0, nameCharactersMax).toWellFormed(),
    promptTokens: count(
      firstNumber(attributes, ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens']),
    ),
    completionTokens: count(
      firstNumber(attributes, ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens']),
    ),
    latencyMs: latencyOf(span),
    ttftMs: seconds !== undefined && seconds >= 0 ? seconds * 1000 : null,
  }
}
