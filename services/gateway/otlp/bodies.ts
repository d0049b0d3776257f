import type { Content } from './call-content.ts'
import { type Figures, figuresIn } from './figures.ts'
import { finishReasonOf } from './finish-reason.ts'
import type { Span } from './spans.ts'
import { type Fields, listOf, numberOf, wordOf } from './values.ts'

/** OpenAI's request parameters by the conventions' names for them. */
const parameters: Readonly<Record<string, string>> = {
  'gen_ai.request.temperature': 'temperature',
  'gen_ai.request.top_p': 'top_p',
  'gen_ai.request.max_tokens': 'max_tokens',
  'gen_ai.request.frequency_penalty': 'frequency_penalty',
  'gen_ai.request.presence_penalty': 'presence_penalty',
  'gen_ai.request.seed': 'seed',
  'gen_ai.openai.request.seed': 'seed',
  'gen_ai.request.choice.count': 'n',
}

const parametersOf = (attributes: Fields): Fields =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, parameter]) => {
      const number = numberOf(attributes[name])
      return number === undefined ? [] : [[parameter, number]]
    }),
  )

/** True where the span says that the answer came in pieces. */
export const isStreamed = ({ attributes }: Span): boolean =>
  attributes['gen_ai.request.stream'] === true ||
  attributes['gen_ai.is_streaming'] === true ||
  attributes['llm.is_streaming'] === true

/** The call as OpenAI's chat completion request; without messages where the span has no content. */
export const requestBody = (span: Span, { messages = [], tools = [] }: Content): Fields => {
  const stop = listOf(span.attributes['gen_ai.request.stop_sequences'])
  return {
    model: figuresIn(span).askedModel,
    messages,
    ...(tools.length > 0 && { tools }),
    ...parametersOf(span.attributes),
    ...(stop.length > 0 && { stop }),
    ...(isStreamed(span) && { stream: true }),
  }
}

const usageOf = ({ promptTokens, completionTokens }: Figures): Fields =>
  promptTokens === undefined || completionTokens === undefined
    ? {}
    : {
        usage: {
          prompt_tokens: promptTokens,
          completion_tokens: completionTokens,
          total_tokens: promptTokens + completionTokens,
        },
      }

/** Why the model stopped, by choice, as the span says it apart from the content. */
export const finishReasonsOf = ({ attributes }: Span): readonly string[] =>
  listOf(attributes['gen_ai.response.finish_reasons']).map(finishReasonOf)

/** The answer as OpenAI's chat completion; undefined where the span has no answer's content. */
export const responseBody = (span: Span, { choices = [] }: Content): Fields | undefined => {
  if (choices.length === 0) return undefined
  const figures = figuresIn(span)
  const reasons = finishReasonsOf(span)
  return {
    id: wordOf(span.attributes['gen_ai.response.id']),
    object: 'chat.completion',
    created: Math.floor(Number(span.endNano / 1_000_000n) / 1000),
    model: figures.answeredModel || figures.askedModel,
    choices: choices.map(({ message, finishReason }, index) => ({
      index,
      message,
      finish_reason: finishReason || (reasons[index] ?? null),
    })),
    ...usageOf(figures),
  }
}
