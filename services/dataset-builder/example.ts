import {
  answerWith,
  type ChatMessage,
  type ChatRequest,
  choiceOf,
  digest,
  inputTextOf,
  parseAssistantMessage,
  parseChatRequest,
} from '#kit'
import type { Chosen } from './select.ts'

/** The bodies of a curated row, JSON. */
export interface Bodies {
  readonly request: string
  readonly response: string
}

/** An example as it goes into a file. */
export interface Example {
  readonly request: Pick<ChatRequest, 'messages' | 'tools'>
  readonly answer: ChatMessage
  readonly label: string
  /** What a student reads of it. */
  readonly text: string
  readonly source: 'human' | 'production'
  readonly requestId: string
  readonly requestHash: string
  readonly sessionId: string
  readonly subject: string
  readonly eventTimeMs: number
}

const isOwn = ({ row }: Chosen): boolean =>
  row.servedBy !== 'production' && row.servedBy !== 'human'

/** The arguments that production gave with the same choice; a student's own are no teacher. */
const argumentsOf = (chosen: Chosen, answer: ChatMessage, label: string): string | undefined =>
  isOwn(chosen) || choiceOf({ message: answer }) !== label
    ? undefined
    : answer.tool_calls?.[0]?.function.arguments

const isTool = (name: string, { tools }: ChatRequest): boolean =>
  tools.some((tool) => tool.function.name === name)

const answerOf = (
  chosen: Chosen,
  request: ChatRequest,
  response: string,
): ChatMessage | undefined => {
  const { human, row } = chosen
  if (human?.kind === 'correction') {
    const corrected = parseAssistantMessage(human.correction)
    return 'fault' in corrected ? undefined : corrected.message
  }
  const given = parseAssistantMessage(response)
  if ('fault' in given) return undefined
  if (human === undefined) return given.message
  const label = human.value
  if (given.message.tool_calls !== undefined && !isTool(label, request)) return undefined
  const argumentsText = argumentsOf(chosen, given.message, label)
  const callId = `call_${digest('label', row.requestId, label).slice(0, 24)}`
  return answerWith({ label, tools: request.tools, argumentsText, callId })
}

/**
 * The example of a chosen row and its bodies; undefined where they don't parse. A human's label is answered in the
 * production model's own form, and where that is a tool call it must name a tool of the request; a human's correction is
 * the answer as it stands.
 */
export const exampleOf = (chosen: Chosen, bodies: Bodies): Example | undefined => {
  const read = parseChatRequest(bodies.request)
  if ('fault' in read) return undefined
  const answer = answerOf(chosen, read.request, bodies.response)
  if (answer === undefined) return undefined
  const { requestId, requestHash, sessionId, subject, eventTimeMs } = chosen.row
  return {
    ...{ requestId, requestHash, sessionId, subject, eventTimeMs, answer },
    request: read.request,
    label: choiceOf({ message: answer }),
    text: inputTextOf(read.request),
    source: chosen.source,
  }
}
