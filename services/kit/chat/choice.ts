import { type ChatMessage, textOf } from './message.ts'
import type { ChatTool } from './request.ts'

/** Longest content that counts as a label, in characters. */
export const choiceCharactersMax = 64

/**
 * The choice that an answer makes: the name of its only tool call, or its content where that is one short line;
 * empty for free text, for several calls and for an empty answer.
 */
export const choiceOf = (answer: { readonly message: ChatMessage }): string => {
  const calls = answer.message.tool_calls ?? []
  const [first] = calls
  if (first !== undefined) return calls.length === 1 ? first.function.name : ''
  const text = textOf(answer.message).trim()
  return text.length <= choiceCharactersMax && !/[\r\n]/.test(text) ? text : ''
}

/**
 * The assistant's message that makes this choice in the production model's own form: a tool call where the request has a
 * tool of that name, else the label as content. `argumentsText` is JSON text; a call without it has empty arguments.
 * `callId` names the call.
 */
export const answerWith = (answer: {
  readonly label: string
  readonly tools: readonly ChatTool[]
  readonly argumentsText?: string | undefined
  readonly callId: string
}): ChatMessage => {
  const { label, tools, argumentsText = '{}', callId } = answer
  if (!tools.some((tool) => tool.function.name === label)) {
    return { role: 'assistant', content: label }
  }
  const called = { name: label, arguments: argumentsText }
  const calls = [{ id: callId, type: 'function', function: called } as const]
  return { role: 'assistant', content: null, tool_calls: calls }
}
