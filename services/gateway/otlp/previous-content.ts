import type { Choice, Content } from './call-content.ts'
import { finishReasonOf } from './finish-reason.ts'
import { roleOf } from './parts.ts'
import type { Span } from './spans.ts'
import { type Fields, fieldsOf, firstWord, listOf, structureOf, textFrom } from './values.ts'

type Event = Span['events'][number]

const rolesByEvent: Readonly<Record<string, string>> = {
  'gen_ai.system.message': 'system',
  'gen_ai.user.message': 'user',
  'gen_ai.assistant.message': 'assistant',
  'gen_ai.tool.message': 'tool',
}

/** The body of an event: as one attribute (Azure's SDKs), or its fields as attributes of the span event. */
const bodyOf = ({ attributes }: Event): Fields => {
  const whole = structureOf(attributes['gen_ai.event.content'])
  return whole === undefined ? attributes : { ...attributes, ...fieldsOf(whole) }
}

const isCut = ({ attributes }: Event): boolean => {
  const given = attributes['gen_ai.event.content']
  return given !== undefined && structureOf(given) === undefined
}

const isText = (value: unknown): boolean => typeof fieldsOf(value)['text'] === 'string'

const contentOf = (given: unknown): string | readonly unknown[] | null => {
  if (given === undefined || given === null) return null
  if (typeof given === 'string') return given
  if (!Array.isArray(given)) return textFrom(given)
  return given.map((part) => (isText(part) ? { type: 'text', ...fieldsOf(part) } : part))
}

/** Fields that are structured may stand as JSON text, since an attribute of a span is flat. */
const toolCallsOf = (given: unknown): readonly unknown[] =>
  listOf(structureOf(given)).map(structureOf)

const messageOf = (otherwise: string, body: Fields): Fields => {
  const role = roleOf(body['role']) || otherwise
  const calls = toolCallsOf(body['tool_calls'])
  return {
    role,
    content: contentOf(body['content']),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(role === 'tool' && { tool_call_id: firstWord(body, ['id', 'tool_call_id']) }),
  }
}

const choiceOf = (event: Event): Choice => {
  const body = bodyOf(event)
  const given = body['message']
  const read = structureOf(given)
  const isMessage = typeof read === 'object' && read !== null && !Array.isArray(read)
  // Before 1.28 the choice had the message's own fields; some write the text alone.
  const message = isMessage
    ? fieldsOf(read)
    : { ...body, content: read ?? given ?? body['content'] }
  const calls = message['tool_calls'] ?? body['tool_calls']
  return {
    message: messageOf('assistant', { ...message, role: 'assistant', tool_calls: calls }),
    finishReason: finishReasonOf(body['finish_reason']),
  }
}

/** Up to 1.27, two events hold everything as JSON. */
const listsIn = (events: readonly Event[], name: string, attribute: string): readonly Fields[] =>
  events
    .filter((event) => event.name === name)
    .flatMap(({ attributes }) => listOf(structureOf(attributes[attribute])))
    .map(fieldsOf)

/** Content by the conventions to 1.36: an event for each message and each choice; to 1.27 one for all of either. */
export const previousContent = ({ events }: Span): Content => {
  const said = events.flatMap((event) => {
    const role = Object.hasOwn(rolesByEvent, event.name) ? rolesByEvent[event.name] : undefined
    return role === undefined ? [] : [messageOf(role, bodyOf(event))]
  })
  const asked = listsIn(events, 'gen_ai.content.prompt', 'gen_ai.prompt')
  const answered = listsIn(events, 'gen_ai.content.completion', 'gen_ai.completion')
  const messages = [...said, ...asked.map((message) => messageOf('user', message))]
  const choices = [
    ...events.filter(({ name }) => name === 'gen_ai.choice').map(choiceOf),
    ...answered.map((message) => ({ message: messageOf('assistant', message), finishReason: '' })),
  ]
  return {
    ...(messages.length > 0 && { messages }),
    ...(choices.length > 0 && { choices }),
    unread: events.some(isCut) ? ['gen_ai.event.content'] : [],
  }
}
