import { z } from 'zod'
import { readJson } from './json.ts'
import { type ChatMessage, faultOf, messageSchema, textOf } from './message.ts'

/** Tokens of a call. */
export interface Usage {
  readonly promptTokens: number
  readonly completionTokens: number
}

/** A chat completion, made uniform: its first choice. */
export interface ChatResponse {
  readonly id: string
  readonly model: string
  readonly message: ChatMessage
  /** stop, tool_calls, length, content_filter, or empty. */
  readonly finishReason: string
  /** Milliseconds since 1970 UTC, 0 where unknown. */
  readonly createdAtMs: number
  readonly usage: Usage | undefined
}

const count = z.int().min(0)
const usageSchema = z
  .object({ prompt_tokens: count, completion_tokens: count })
  .transform((usage) => ({
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
  }))

const choiceSchema = z.object({
  message: z
    .looseObject({})
    .transform((message) => ({ role: 'assistant', ...message }))
    .pipe(messageSchema),
  finish_reason: z.string().max(64).nullish(),
})

const responseSchema = z
  .object({
    id: z.string().max(256).nullish(),
    model: z.string().max(256).nullish(),
    created: z.number().nullish(),
    choices: z.tuple([choiceSchema], z.unknown()),
    usage: usageSchema.nullish().catch(null),
  })
  .transform(
    (wire): ChatResponse => ({
      id: wire.id ?? '',
      model: wire.model ?? '',
      message: wire.choices[0].message,
      finishReason: wire.choices[0].finish_reason ?? '',
      createdAtMs: Math.round((wire.created ?? 0) * 1000),
      usage: wire.usage ?? undefined,
    }),
  )

/**
 * Reads an OpenAI chat completion: JSON text or a parsed value; its first choice is the answer. Bounded as a request
 * is. Usage that makes no sense is left out. The fault says where it is wrong and never quotes the content.
 */
export const parseChatResponse = (
  json: unknown,
): { readonly response: ChatResponse } | { readonly fault: string } => {
  const read = readJson(json)
  if ('fault' in read) return { fault: `response ${read.fault}` }
  const checked = responseSchema.safeParse(read.value)
  if (!checked.success) return { fault: `response does not fit: ${faultOf(checked.error)}` }
  return checked.data.message.role === 'assistant'
    ? { response: checked.data }
    : { fault: 'response does not fit: its message is not the assistant’s' }
}

/** The assistant's message of a response. */
export const assistantMessageOf = (response: ChatResponse): ChatMessage => response.message

/** True when an answer says nothing: no tool call and no text. */
export const isEmptyAnswer = (message: ChatMessage): boolean =>
  (message.tool_calls ?? []).length === 0 && textOf(message).trim() === ''

/** Reads one assistant message, as a correction or a curated answer holds it: JSON text or a parsed value. */
export const parseAssistantMessage = (
  json: unknown,
): { readonly message: ChatMessage } | { readonly fault: string } => {
  const read = readJson(json)
  if ('fault' in read) return { fault: `message ${read.fault}` }
  const checked = choiceSchema.shape.message.safeParse(read.value)
  if (!checked.success) return { fault: `message does not fit: ${faultOf(checked.error)}` }
  return checked.data.role === 'assistant'
    ? { message: checked.data }
    : { fault: 'message does not fit: it is not the assistant’s' }
}
