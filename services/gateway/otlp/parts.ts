import { type Fields, fieldsOf, listOf, structureOf, textFrom, wordOf } from './values.ts'

const roles: Readonly<Record<string, string>> = {
  model: 'assistant',
  ai: 'assistant',
  human: 'user',
}

/** OpenAI's role; some instrumentations write their provider's. */
export const roleOf = (given: unknown): string => {
  const role = wordOf(given).toLowerCase()
  return (Object.hasOwn(roles, role) ? roles[role] : undefined) ?? role
}

/** A tool call in OpenAI's form: arguments are JSON text. */
export const toolCallOf = ({ id, name, arguments: given }: Fields): Fields => ({
  id: wordOf(id),
  type: 'function',
  function: { name: wordOf(name), arguments: given === undefined ? '{}' : textFrom(given) },
})

const mimeOf = ({ mime_type: given }: Fields, otherwise: string): string =>
  wordOf(given) || otherwise

const isImage = (part: Fields): boolean =>
  part['modality'] === 'image' || wordOf(part['mime_type']).startsWith('image/')

const image = (url: string): Fields => ({ type: 'image_url', image_url: { url } })

const blob = (part: Fields): Fields => {
  const data = wordOf(part['content'])
  if (isImage(part)) return image(`data:${mimeOf(part, 'image/*')};base64,${data}`)
  if (part['modality'] !== 'audio') return part
  const format = mimeOf(part, 'audio/wav').replace('audio/', '')
  return { type: 'input_audio', input_audio: { data, format } }
}

/** Parts that are no words, in OpenAI's form where it has one; others stay as they are and are named by their type. */
const contentPart = (part: Fields): Fields => {
  const { type } = part
  if (type === 'text') return { type, text: textFrom(part['content'] ?? part['text']) }
  if (type === 'blob') return blob(part)
  if (type === 'uri') return isImage(part) ? image(wordOf(part['uri'])) : part
  if (type === 'file') return { type, file: { file_id: wordOf(part['file_id']) } }
  return { ...part, type: wordOf(type) || 'unknown' }
}

const joined = (parts: readonly Fields[]): string | readonly Fields[] | null => {
  if (parts.length === 0) return null
  const areTexts = parts.every(({ type }) => type === 'text')
  return areTexts ? parts.map(({ text }) => wordOf(text)).join('\n') : parts
}

/** The content of parts that only instruct. */
export const contentOfParts = (given: unknown) =>
  joined(listOf(given).map(fieldsOf).map(contentPart))

const toolAnswer = (part: Fields): Fields => ({
  role: 'tool',
  tool_call_id: wordOf(part['id']),
  // 1.37 has `response`; its examples say `result`.
  content: textFrom(part['response'] ?? part['result']),
})

const reasoningOf = (parts: readonly Fields[]): string =>
  parts.map(({ content }) => textFrom(content)).join('\n')

const partMessage = (role: string, name: unknown, parts: readonly Fields[]): Fields => {
  const typed = (type: string) => parts.filter((part) => part['type'] === type)
  const calls = typed('tool_call')
  const thoughts = typed('reasoning')
  const rest = parts.filter(({ type }) => type !== 'tool_call' && type !== 'reasoning')
  return {
    role,
    ...(wordOf(name) !== '' && { name }),
    content: joined(rest.map(contentPart)),
    ...(thoughts.length > 0 && { reasoning_content: reasoningOf(thoughts) }),
    ...(calls.length > 0 && { tool_calls: calls.map(toolCallOf) }),
  }
}

/**
 * One message of `gen_ai.input.messages` as OpenAI's: each answer of a tool is a message of its own, and comes first, as OpenAI wants it
 * right after the call.
 */
export const messagesOfParts = (given: unknown): readonly Fields[] => {
  const message = fieldsOf(given)
  const role = roleOf(message['role'])
  if (!Array.isArray(message['parts'])) return [{ ...message, role }]
  const parts = listOf(message['parts']).map(fieldsOf)
  const answers = parts.filter(({ type }) => type === 'tool_call_response')
  const rest = parts.filter(({ type }) => type !== 'tool_call_response')
  const own = answers.length > 0 && rest.length === 0
  return [...answers.map(toolAnswer), ...(own ? [] : [partMessage(role, message['name'], rest)])]
}

/** Tool definitions in OpenAI's form; those that have it already stay as they are. */
export const toolsOf = (given: unknown): readonly Fields[] =>
  listOf(given)
    .map((tool) => fieldsOf(structureOf(tool)))
    .map((tool) => {
      const { type, name, description, parameters } = tool
      if (tool['function'] !== undefined || (type !== undefined && type !== 'function')) return tool
      return { type: 'function', function: { name, description, parameters } }
    })
