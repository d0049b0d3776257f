import { digest } from '../digest.ts'
import { canonicalJson, canonicalText } from './json.ts'
import { type ChatMessage, textOf } from './message.ts'
import type { ChatRequest } from './request.ts'

/** Text as duplicates are compared: Unicode NFC, runs of white space as one space, no space at the ends. */
export const normalised = (text: string): string =>
  text.normalize('NFC').replace(/\s+/g, ' ').trim()

const contentOf = (message: ChatMessage): string =>
  typeof message.content === 'string' || message.content === null
    ? normalised(textOf(message))
    : canonicalJson(message.content)

const messageKey = (message: ChatMessage): string => {
  const calls = (message.tool_calls ?? []).map((call) => [
    call.function.name,
    canonicalText(call.function.arguments),
  ])
  return JSON.stringify([message.role, contentOf(message), calls])
}

/**
 * Digest of what a request asks: messages and tools, normalised. The model, sampling settings, metadata and the ids of
 * tool calls do not count, so that a call and its copy to another model share it.
 */
export const requestHashOf = (request: Pick<ChatRequest, 'messages' | 'tools'>): string =>
  digest('request', request.messages.map(messageKey).join('\n'), canonicalJson(request.tools))

/** Digest of what a request asks and what was answered, normalised in the same way. */
export const contentHashOf = (
  request: Pick<ChatRequest, 'messages' | 'tools'>,
  answer: ChatMessage,
): string => digest('content', requestHashOf(request), messageKey(answer))
