import { z } from 'zod'
import { readJson } from './json.ts'
import { type ChatMessage, faultOf, messageSchema } from './message.ts'

/** A function that the model may call, in OpenAI's wire form; `parameters` is a JSON Schema. */
export interface ChatTool {
  readonly type: 'function'
  readonly function: {
    readonly name: string
    readonly description?: string
    readonly parameters?: Readonly<Record<string, unknown>>
  }
}

/** A chat completion request, made uniform. */
export interface ChatRequest {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly tools: readonly ChatTool[]
  readonly metadata: Readonly<Record<string, string>>
  /** The blueprint's `workload_id`, or empty. */
  readonly workloadId: string
  readonly stream: boolean
  /** `stream_options.include_usage`: the stream ends with a chunk that holds the usage. */
  readonly includeUsage: boolean
}

const functionSchema = z
  .object({
    name: z.string().min(1).max(256),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  })
  .transform(
    (tool): ChatTool => ({
      type: 'function',
      function: {
        name: tool.name,
        ...(typeof tool.description === 'string' && { description: tool.description }),
        ...(tool.parameters && { parameters: tool.parameters }),
      },
    }),
  )

const toolSchema = z.looseObject({ type: z.string().optional(), function: z.unknown().optional() })

const toolsSchema = z
  .array(toolSchema)
  .max(1024)
  .transform((tools) => tools.filter((tool) => (tool.type ?? 'function') === 'function'))
  .transform((tools) => tools.map((tool) => tool.function))
  .pipe(z.array(functionSchema))

const metadataSchema = z.record(z.string(), z.unknown()).transform((metadata) => {
  const words = Object.entries(metadata).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return Object.fromEntries(words)
})

const requestSchema = z
  .object({
    model: z.string().max(256).nullish(),
    messages: z.array(messageSchema).min(1).max(4096),
    tools: toolsSchema.nullish(),
    functions: z.array(functionSchema).max(1024).nullish(),
    metadata: metadataSchema.nullish(),
    workload_id: z.string().max(256).nullish(),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  })
  .transform(
    (wire): ChatRequest => ({
      model: wire.model ?? '',
      messages: wire.messages,
      tools: wire.tools ?? wire.functions ?? [],
      metadata: wire.metadata ?? {},
      workloadId: wire.workload_id ?? '',
      stream: wire.stream === true,
      includeUsage: wire.stream_options?.include_usage === true,
    }),
  )

/**
 * Reads an OpenAI chat completion request: JSON text or a parsed value. Takes `functions` of the first tool interface
 * and the NVIDIA blueprint's tool arguments as objects. Bounded: 4 Mi characters, 64 levels, 4,096 messages, 1,024 tools.
 * The fault says where it is wrong and never quotes the content.
 */
export const parseChatRequest = (
  json: unknown,
): { readonly request: ChatRequest } | { readonly fault: string } => {
  const read = readJson(json)
  if ('fault' in read) return { fault: `request ${read.fault}` }
  const checked = requestSchema.safeParse(read.value)
  return checked.success
    ? { request: checked.data }
    : { fault: `request does not fit: ${faultOf(checked.error)}` }
}
