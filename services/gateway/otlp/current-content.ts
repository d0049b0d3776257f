import type { Choice, Content } from './call-content.ts'
import { finishReasonOf } from './finish-reason.ts'
import { contentOfParts, messagesOfParts, toolsOf } from './parts.ts'
import type { Span } from './spans.ts'
import { type Fields, fieldsOf, structureOf } from './values.ts'

const detailsEvent = 'gen_ai.client.inference.operation.details'

const names = {
  instructions: 'gen_ai.system_instructions',
  input: 'gen_ai.input.messages',
  output: 'gen_ai.output.messages',
  tools: 'gen_ai.tool.definitions',
} as const

const choiceOf = (given: unknown): Choice => {
  const message = messagesOfParts(given).at(-1) ?? {}
  // A choice says its reason beside the message, not in it.
  const { finish_reason: reason, ...rest } = message
  const { finish_reason: own = reason } = fieldsOf(given)
  return { message: { ...rest, role: 'assistant' }, finishReason: finishReasonOf(own) }
}

const instructionsOf = (given: unknown): readonly Fields[] => {
  const content = typeof given === 'string' ? given : contentOfParts(given)
  return content === null || content === '' ? [] : [{ role: 'system', content }]
}

/** The attributes of the span, and those of its event that holds the content; the span's count first. */
const told = ({ attributes, events }: Span): Fields =>
  Object.assign(
    {},
    ...events.filter(({ name }) => name === detailsEvent).map((event) => event.attributes),
    attributes,
  )

const listIn = (fields: Fields, name: string): readonly unknown[] | undefined => {
  const value = structureOf(fields[name])
  return Array.isArray(value) ? value : undefined
}

/** System instructions are parts; some instrumentations write plain text, which no part begins like. */
const instructionsIn = (fields: Fields): unknown => {
  const given = fields[names.instructions]
  const isText = typeof given === 'string' && !given.startsWith('[{')
  return listIn(fields, names.instructions) ?? (isText ? given : undefined)
}

const unreadIn = (fields: Fields): readonly string[] => [
  ...[names.input, names.output, names.tools].filter(
    (name) => fields[name] !== undefined && listIn(fields, name) === undefined,
  ),
  ...(fields[names.instructions] !== undefined && instructionsIn(fields) === undefined
    ? [names.instructions]
    : []),
]

/** Content by the conventions from 1.37 on: messages of parts, as attributes or in one event, structured or as JSON text. */
export const currentContent = (span: Span): Content => {
  const fields = told(span)
  const input = listIn(fields, names.input)
  const output = listIn(fields, names.output)
  const tools = listIn(fields, names.tools)
  const instructions = instructionsOf(instructionsIn(fields))
  const messages = [...instructions, ...(input ?? []).flatMap(messagesOfParts)]
  return {
    ...((input !== undefined || instructions.length > 0) && { messages }),
    ...(output !== undefined && { choices: output.map(choiceOf) }),
    ...(tools !== undefined && { tools: toolsOf(tools) }),
    unread: unreadIn(fields),
  }
}
