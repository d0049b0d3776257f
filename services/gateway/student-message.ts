import { answerWith, type ChatMessage, type ChatTool, digest, parseAssistantMessage } from '#kit'

const callIdOf = (requestId: string, index: number): string =>
  `call_${digest('call', requestId, String(index)).slice(0, 24)}`

/**
 * The assistant's message for a label: the production model's own answer as the student learned it, with ids of its tool
 * calls that derive from the request's.
 */
export const studentMessage = (answer: {
  readonly label: string
  readonly answers: Readonly<Record<string, string>>
  readonly tools: readonly ChatTool[]
  readonly requestId: string
}): ChatMessage => {
  const { label, answers, tools, requestId } = answer
  const template = Object.hasOwn(answers, label) ? parseAssistantMessage(answers[label]) : undefined
  if (template === undefined || 'fault' in template)
    return answerWith({ label, tools, callId: callIdOf(requestId, 0) })
  const { message } = template
  const calls = message.tool_calls?.map((call, i) => ({ ...call, id: callIdOf(requestId, i) }))
  return calls === undefined ? message : { ...message, tool_calls: calls }
}
