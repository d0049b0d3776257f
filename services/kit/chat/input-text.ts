import { type ChatMessage, textOf } from './message.ts'
import type { ChatRequest } from './request.ts'
import { isInstruction } from './workload.ts'

/** Longest text that a student reads, in UTF-16 code units. */
export const inputCharactersMax = 32_000

const spokenOf = (message: ChatMessage): string => {
  const calls = message.tool_calls ?? []
  const spoken = calls.map((call) => `${call.function.name}(${call.function.arguments})`)
  return [textOf(message), ...spoken].filter((text) => text !== '').join('\n')
}

/**
 * What a student reads of a request: the conversation without the instructions, messages joined by line ends, bounded.
 * Where it is too long the newest messages stay, and a message that does not fit keeps its beginning.
 */
export const inputTextOf = (request: Pick<ChatRequest, 'messages'>): string => {
  const kept: string[] = []
  let room = inputCharactersMax
  for (const message of request.messages.toReversed()) {
    if (isInstruction(message.role)) continue
    if (room <= 0) break
    const text = spokenOf(message).slice(0, room)
    if (text === '') continue
    kept.push(text)
    room -= text.length + 1
  }
  return kept.toReversed().join('\n').toWellFormed()
}
