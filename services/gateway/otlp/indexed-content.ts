import type { Content } from './call-content.ts'
import { finishReasonOf } from './finish-reason.ts'
import { roleOf, toolCallOf, toolsOf } from './parts.ts'
import type { Span } from './spans.ts'
import { type Fields, fieldsOf, structureOf, wordOf } from './values.ts'

/** A name with a number in it: the group, the number, the rest. */
const numbered = /^(gen_ai\.prompt|gen_ai\.completion|llm\.request\.functions)\.(\d{1,4})\.(.+)$/
const numberedCall = /^tool_calls\.(\d{1,4})\.(id|name|arguments)$/

type Groups = Map<string, Map<number, Record<string, unknown>>>

const at = (groups: Groups, group: string, index: number): Record<string, unknown> => {
  const items = groups.get(group) ?? new Map<number, Record<string, unknown>>()
  const item = items.get(index) ?? {}
  groups.set(group, items.set(index, item))
  return item
}

const groupsOf = (attributes: Fields, pattern: RegExp): Groups => {
  const groups: Groups = new Map()
  for (const [name, value] of Object.entries(attributes)) {
    const [, first = '', second = '', rest] = pattern.exec(name) ?? []
    if (first === '') continue
    if (rest === undefined) at(groups, '', Number(first))[second] = value
    else at(groups, first, Number(second))[rest] = value
  }
  return groups
}

const inOrder = (groups: Groups, group: string): readonly Fields[] =>
  [...(groups.get(group) ?? [])].sort(([left], [right]) => left - right).map(([, item]) => item)

const messageOf = (fields: Fields, role: string): Fields => {
  const calls = inOrder(groupsOf(fields, numberedCall), '')
  const id = wordOf(fields['tool_call_id'])
  return {
    role: roleOf(fields['role']) || role,
    content: wordOf(fields['content']) || null,
    ...(calls.length > 0 && { tool_calls: calls.map(toolCallOf) }),
    ...(id !== '' && { tool_call_id: id }),
  }
}

/** Content as OpenLLMetry writes it: `gen_ai.prompt.0.content`, `gen_ai.completion.0.tool_calls.0.name`. */
export const indexedContent = ({ attributes }: Span): Content => {
  const groups = groupsOf(attributes, numbered)
  const asked = inOrder(groups, 'gen_ai.prompt')
  const answered = inOrder(groups, 'gen_ai.completion')
  const functions = inOrder(groups, 'llm.request.functions')
  return {
    ...(asked.length > 0 && { messages: asked.map((fields) => messageOf(fields, 'user')) }),
    ...(answered.length > 0 && {
      choices: answered.map((fields) => ({
        message: messageOf(fields, 'assistant'),
        finishReason: finishReasonOf(fields['finish_reason']),
      })),
    }),
    ...(functions.length > 0 && {
      tools: toolsOf(
        functions.map((tool) => ({
          ...tool,
          parameters: fieldsOf(structureOf(tool['parameters'])),
        })),
      ),
    }),
    unread: [],
  }
}
