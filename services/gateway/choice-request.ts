import type { ChatMessage } from '#kit'
import type { Asked } from './asked.ts'

type Body = Asked['body']

const calledNames = (answer: ChatMessage): readonly string[] =>
  (answer.tool_calls ?? []).map((call) => call.function.name)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const namedFunction = (choice: unknown): string | undefined => {
  const called = isRecord(choice) ? choice['function'] : undefined
  const name = isRecord(called) ? called['name'] : undefined
  return typeof name === 'string' ? name : undefined
}

const fitsToolChoice = (choice: unknown, names: readonly string[]): boolean => {
  if (choice === 'none') return names.length === 0
  if (choice === 'required') return names.length > 0
  const asked = namedFunction(choice)
  return asked === undefined || names.includes(asked)
}

const isPlainFormat = (format: unknown): boolean =>
  format === undefined || format === null || (isRecord(format) && format['type'] === 'text')

/** Several answers, probabilities of tokens, JSON by schema, audio: what only the production model can give. */
const asksForMore = (body: Body): boolean =>
  (body['n'] ?? 1) !== 1 ||
  body['logprobs'] === true ||
  !isPlainFormat(body['response_format']) ||
  (Array.isArray(body['modalities']) && body['modalities'].some((one) => one !== 'text'))

/**
 * Whether a request asks for a choice that this answer can be: the user spoke last (after a tool's result an answer in
 * words may be due, which students never learn), the answer's tools are among the request's, and nothing is asked for
 * that a choice can't give.
 */
export const fitsChoice = ({ body, request }: Asked, answer: ChatMessage): boolean => {
  const names = calledNames(answer)
  const offered = new Set(request.tools.map((tool) => tool.function.name))
  return (
    request.messages.at(-1)?.role === 'user' &&
    names.every((name) => offered.has(name)) &&
    fitsToolChoice(body['tool_choice'], names) &&
    !asksForMore(body)
  )
}
