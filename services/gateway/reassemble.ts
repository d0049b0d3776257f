import { createParser } from 'eventsource-parser'
import { z } from 'zod'
import type { ToolCall, Usage } from '#kit'

/** What a streamed answer adds up to. */
export interface Reassembled {
  readonly id: string
  readonly model: string
  readonly content: string | null
  readonly toolCalls: readonly ToolCall[]
  readonly finishReason: string
  readonly usage: Usage | undefined
  /** Message of an error that the stream told, or empty. */
  readonly error: string
  /** True once `[DONE]` came. */
  readonly isComplete: boolean
}

/** Longest answer that is put together for the log, in characters; the caller gets all of it. */
const charactersMax = 4 * 1024 * 1024
const toolCallsMax = 1024

const callDelta = z.object({
  index: z.int().min(0).max(toolCallsMax).default(0),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
})

const chunkSchema = z.object({
  id: z.string().nullish(),
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        index: z.int().default(0),
        delta: z
          .object({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z.array(callDelta).nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: z
    .object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) })
    .nullish()
    .catch(null),
  error: z.object({ message: z.string() }).nullish(),
})

type Chunk = z.infer<typeof chunkSchema>
type CallDelta = z.infer<typeof callDelta>

/** Reads an event stream as it passes by; `feed` returns true once the answer's first word was there. */
export interface Reassembler {
  feed(chunk: Uint8Array): boolean
  /** True once `[DONE]` came. */
  isComplete(): boolean
  result(): Reassembled
}

class Answer {
  id = ''
  model = ''
  content: string | undefined
  finishReason = ''
  usage: Usage | undefined
  error = ''
  isComplete = false
  private readonly calls = new Map<number, { id: string; name: string; arguments: string }>()
  private room = charactersMax

  /** True where the chunk holds a part of the answer. */
  add(chunk: Chunk): boolean {
    this.id ||= chunk.id ?? ''
    this.model ||= chunk.model ?? ''
    this.error ||= chunk.error?.message ?? ''
    if (chunk.usage)
      this.usage = {
        promptTokens: chunk.usage.prompt_tokens,
        completionTokens: chunk.usage.completion_tokens,
      }
    const choice = chunk.choices.find(({ index }) => index === 0)
    this.finishReason = choice?.finish_reason ?? this.finishReason
    return this.addDelta(choice?.delta ?? {})
  }

  private addDelta(delta: NonNullable<Chunk['choices'][number]['delta']>): boolean {
    const said = delta.content ?? delta.refusal
    if (typeof said === 'string') this.content = (this.content ?? '') + this.bounded(said)
    const calls = delta.tool_calls ?? []
    for (const call of calls) this.addCall(call)
    return calls.length > 0 || (said ?? '') !== ''
  }

  private addCall({ index, id, function: called }: CallDelta): void {
    const call = this.calls.get(index) ?? { id: '', name: '', arguments: '' }
    call.id ||= id ?? ''
    call.name += this.bounded(called?.name ?? '')
    call.arguments += this.bounded(called?.arguments ?? '')
    this.calls.set(index, call)
  }

  private bounded(text: string): string {
    const kept = text.slice(0, this.room)
    this.room -= kept.length
    return kept
  }

  toolCalls(): readonly ToolCall[] {
    return [...this.calls].map(([, { id, name, arguments: given }]) => ({
      id,
      type: 'function',
      function: { name, arguments: given },
    }))
  }
}

const chunkOf = (data: string): Chunk | undefined => {
  try {
    return chunkSchema.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}

/** Puts the first choice of a streamed chat completion together. Chunks that do not parse are left out. */
export const reassembler = (): Reassembler => {
  const answer = new Answer()
  const decoder = new TextDecoder()
  let begun = false
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data.trim() === '[DONE]') {
        answer.isComplete = true
        return
      }
      const chunk = chunkOf(data)
      if (chunk !== undefined && answer.add(chunk)) begun = true
    },
  })
  return {
    feed: (bytes) => {
      parser.feed(decoder.decode(bytes, { stream: true }))
      return begun
    },
    isComplete: () => answer.isComplete,
    result: () => {
      const { id, model, content, finishReason, usage, error, isComplete } = answer
      const toolCalls = answer.toolCalls()
      return {
        id,
        model,
        content: content ?? null,
        toolCalls,
        finishReason,
        usage,
        error,
        isComplete,
      }
    },
  }
}
