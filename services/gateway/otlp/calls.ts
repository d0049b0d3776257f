import type { Span } from './spans.ts'
import { firstWord } from './values.ts'

const calls = new Set(['chat', 'generate_content', 'text_completion', 'completion'])

/** Who else saw the call: a span of the server that answered, or of a queue. */
const othersKinds = new Set([2, 4, 5])

/**
 * True for the span of a client that called a model: by the operation's name, or OpenLLMetry's request type. Embeddings, tools, agents and
 * workflows are none, and neither are spans of the server that answered: its client's span tells of the same call.
 */
export const isModelCall = ({ kind, attributes }: Span): boolean =>
  !othersKinds.has(kind) &&
  calls.has(firstWord(attributes, ['gen_ai.operation.name', 'llm.request.type']))
