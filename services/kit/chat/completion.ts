import type { ChatMessage } from './message.ts'
import type { Usage } from './response.ts'

/** What a served answer consists of. */
export interface Completion {
  readonly id: string
  readonly model: string
  readonly message: ChatMessage
  readonly createdAtMs: number
  readonly usage: Usage
}

const finishReasonOf = (message: ChatMessage): string =>
  (message.tool_calls ?? []).length > 0 ? 'tool_calls' : 'stop'

const usageOf = (usage: Usage) => ({
  prompt_tokens: usage.promptTokens,
  completion_tokens: usage.completionTokens,
  total_tokens: usage.promptTokens + usage.completionTokens,
})

/** An OpenAI `chat.completion` object of one choice. */
export const chatResponse = (completion: Completion) => ({
  id: completion.id,
  object: 'chat.completion' as const,
  created: Math.floor(completion.createdAtMs / 1000),
  model: completion.model,
  choices: [
    {
      index: 0,
      message: completion.message,
      logprobs: null,
      finish_reason: finishReasonOf(completion.message),
    },
  ],
  usage: usageOf(completion.usage),
})

const deltaOf = (message: ChatMessage) => {
  const calls = message.tool_calls ?? []
  return {
    content: message.content,
    ...(calls.length > 0 && { tool_calls: calls.map((call, index) => ({ index, ...call })) }),
  }
}

/**
 * The same answer as OpenAI `chat.completion.chunk` objects: role, content or calls, finish; then the usage where the
 * request asked for it.
 */
export const chatChunks = (
  completion: Completion,
  includeUsage: boolean,
): readonly Readonly<Record<string, unknown>>[] => {
  const chunk = (choices: readonly unknown[], usage: Readonly<Record<string, unknown>> = {}) => ({
    id: completion.id,
    object: 'chat.completion.chunk',
    created: Math.floor(completion.createdAtMs / 1000),
    model: completion.model,
    choices,
    ...usage,
  })
  const choice = (delta: unknown, finish: string | null) => [
    { index: 0, delta, logprobs: null, finish_reason: finish },
  ]
  const none = includeUsage ? { usage: null } : {}
  return [
    chunk(choice({ role: 'assistant' }, null), none),
    chunk(choice(deltaOf(completion.message), null), none),
    chunk(choice({}, finishReasonOf(completion.message)), none),
    ...(includeUsage ? [chunk([], { usage: usageOf(completion.usage) })] : []),
  ]
}

/** The server-sent events of some chunks, closed by `[DONE]` as OpenAI closes a stream. */
export const eventStreamOf = (chunks: readonly unknown[]): string =>
  [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]']
    .map((data) => `data: ${data}\n\n`)
    .join('')
