import { z } from 'zod'
import { canonicalJson } from './json.ts'

/** A function call that the assistant asks for. `arguments` is JSON text, as OpenAI has it. */
export interface ToolCall {
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; readonly arguments: string }
}

/** A part of a content that is no text: an image, audio or a file, as it came. */
export interface ContentPart {
  readonly type: string
  readonly [field: string]: unknown
}

/** One message in OpenAI's wire form, made uniform: text parts joined, tool arguments as text, absent content null. */
export interface ChatMessage {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool'
  readonly content: string | readonly ContentPart[] | null
  readonly name?: string
  readonly tool_calls?: readonly ToolCall[]
  readonly tool_call_id?: string
}

const argumentsText = z
  .union([z.string(), z.record(z.string(), z.unknown()), z.null()])
  .optional()
  .transform((value) => (typeof value === 'string' ? value : value ? canonicalJson(value) : '{}'))

const calledFunction = z.object({ name: z.string().min(1).max(256), arguments: argumentsText })

const toolCall = z
  .object({ id: z.string().nullish(), function: calledFunction })
  .transform((call): ToolCall => ({ id: call.id ?? '', type: 'function', function: call.function }))

const part = z.union([z.string(), z.looseObject({ type: z.string() })])
const textTypes = new Set(['text', 'input_text', 'output_text', 'refusal'])

const textOfPart = (value: string | ContentPart): string | undefined => {
  if (typeof value === 'string') return value
  const { type, refusal, text = refusal } = value
  return textTypes.has(type) && typeof text === 'string' ? text : undefined
}

const content = z
  .union([z.string(), z.array(part).max(4096), z.null()])
  .optional()
  .transform((value): ChatMessage['content'] => {
    if (!Array.isArray(value)) return value ?? null
    const texts = value.map(textOfPart)
    if (texts.every((text) => text !== undefined)) return texts.join('\n')
    return value.map((item) => (typeof item === 'string' ? { type: 'text', text: item } : item))
  })

const wireMessage = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content,
  name: z.string().max(256).nullish(),
  tool_calls: z.array(toolCall).max(1024).nullish(),
  tool_call_id: z.string().max(256).nullish(),
  function_call: calledFunction.nullish(),
  refusal: z.string().nullish(),
})

const callsOf = (wire: z.infer<typeof wireMessage>): readonly ToolCall[] =>
  wire.tool_calls ??
  (wire.function_call ? [{ id: '', type: 'function', function: wire.function_call }] : [])

/**
 * Reads one message. The `function` role and `function_call` of OpenAI's first tool interface become `tool` and
 * `tool_calls`; a refusal is the content where there is no other; unknown fields are left out.
 */
export const messageSchema = wireMessage.transform((wire): ChatMessage => {
  const calls = callsOf(wire)
  return {
    role: wire.role === 'function' ? 'tool' : wire.role,
    content: wire.content ?? wire.refusal ?? null,
    ...(typeof wire.name === 'string' && { name: wire.name }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(typeof wire.tool_call_id === 'string' && { tool_call_id: wire.tool_call_id }),
  }
})

/** The text of a message's content; parts that are no text are named by their type in brackets. */
export const textOf = (message: Pick<ChatMessage, 'content'>): string => {
  if (message.content === null) return ''
  if (typeof message.content === 'string') return message.content
  return message.content.map((item) => textOfPart(item) ?? `[${item.type}]`).join('\n')
}

/** Names the first faults of a value by place, never by content. */
export const faultOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.slice(0, 4).join('.').slice(0, 60) || 'it'}: ${issue.code}`)
    .join('; ')
