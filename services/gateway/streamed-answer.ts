import { z } from 'zod'
import type { ToolCall, Usage } from '#kit'

/** One choice of a streamed answer, put together. */
export interface StreamedChoice {
  readonly index: number
  /** OpenAI's assistant message: content, refusal and calls, and other words such as `reasoning_content`. */
  readonly message: {
    readonly role: 'assistant'
    readonly content: string | null
    readonly tool_calls?: readonly ToolCall[]
    readonly [words: string]: unknown
  }
  /** Empty where the stream did not tell one. */
  readonly finishReason: string
}

/** Longest answer that is put together, in characters. */
const charactersMax = 4 * 1024 * 1024
const toolCallsMax = 1024
const choicesMax = 128
const otherWordsMax = 8
const wordsPattern = /^[a-z][a-z_]{0,63}$/

const called = z.object({ name: z.string().nullish(), arguments: z.string().nullish() })

const callDelta = z.object({
  index: z.int().min(0).max(toolCallsMax).default(0),
  id: z.string().nullish(),
  function: called.nullish(),
})

const choiceDelta = z.object({
  index: z.int().min(0).max(choicesMax).default(0),
  delta: z
    .looseObject({ tool_calls: z.array(callDelta).nullish(), function_call: called.nullish() })
    .nullish(),
  finish_reason: z.string().max(64).nullish(),
})

const chunkSchema = z.object({
  id: z.string().nullish(),
  model: z.string().nullish(),
  created: z.number().nullish().catch(null),
  choices: z.array(choiceDelta).nullish(),
  usage: z
    .object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) })
    .nullish()
    .catch(null),
  error: z.object({ message: z.string() }).nullish(),
})

/** An OpenAI `chat.completion.chunk`, as far as it is read here. */
export type Chunk = z.infer<typeof chunkSchema>
type ChoiceDelta = z.infer<typeof choiceDelta>
type CallDelta = z.infer<typeof callDelta>

/** Reads a chunk; undefined for what is none. */
export const readChunk = (value: unknown): Chunk | undefined => {
  const { data } = chunkSchema.safeParse(value)
  if (data === undefined) return undefined
  const says = data.choices ?? data.usage ?? data.error
  return says === undefined || says === null ? undefined : data
}

/** Cuts what goes beyond a bound that all parts of an answer share. */
class Room {
  private left = charactersMax

  take(text: string): string {
    const kept = text.slice(0, this.left)
    this.left -= kept.length
    return kept
  }
}

class Choice {
  finishReason = ''
  private readonly words = new Map<string, string>()
  private readonly calls = new Map<number, { id: string; name: string; arguments: string }>()
  readonly index: number
  private readonly room: Room

  constructor(index: number, room: Room) {
    this.index = index
    this.room = room
  }

  /** True where there is a part of the answer in it. */
  add({ delta, finish_reason: finish }: ChoiceDelta): boolean {
    this.finishReason = finish ?? this.finishReason
    const { tool_calls, function_call, role: _, ...words } = delta ?? {}
    const calls = tool_calls ?? (function_call ? [{ index: 0, function: function_call }] : [])
    for (const call of calls) this.addCall(call)
    const said = Object.entries(words).map(([name, text]) => this.addWords(name, text))
    return calls.length > 0 || said.some(Boolean)
  }

  private addWords(name: string, text: unknown): boolean {
    if (typeof text !== 'string' || !wordsPattern.test(name)) return false
    const known = this.words.get(name)
    if (known === undefined && this.words.size >= otherWordsMax && name !== 'content') return false
    this.words.set(name, (known ?? '') + this.room.take(text))
    return text !== ''
  }

  private addCall({ index, id, function: part }: CallDelta): void {
    const call = this.calls.get(index) ?? { id: '', name: '', arguments: '' }
    call.id ||= id ?? ''
    call.name += this.room.take(part?.name ?? '')
    call.arguments += this.room.take(part?.arguments ?? '')
    this.calls.set(index, call)
  }

  result(): StreamedChoice {
    const calls = [...this.calls].sort(([left], [right]) => left - right)
    const toolCalls = calls.map(
      ([, { id, name, arguments: given }]): ToolCall => ({
        ...{ id, type: 'function' },
        function: { name, arguments: given },
      }),
    )
    const { content = null, ...others } = Object.fromEntries(this.words)
    const message = {
      role: 'assistant' as const,
      content,
      ...others,
      ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    }
    return { index: this.index, message, finishReason: this.finishReason }
  }
}

/** A streamed answer as its chunks come: the text, refusal and arguments of every choice, and what the stream tells of itself. */
export class StreamedAnswer {
  id = ''
  model = ''
  createdAtSeconds: number | undefined
  usage: Usage | undefined
  error = ''
  private readonly found = new Map<number, Choice>()
  private readonly room = new Room()

  /** True where the chunk holds a part of the answer. */
  add(chunk: Chunk): boolean {
    this.id ||= chunk.id ?? ''
    this.model ||= chunk.model ?? ''
    this.createdAtSeconds ??= chunk.created ?? undefined
    this.error ||= chunk.error?.message ?? ''
    if (chunk.usage)
      this.usage = {
        promptTokens: chunk.usage.prompt_tokens,
        completionTokens: chunk.usage.completion_tokens,
      }
    const said = (chunk.choices ?? []).map((each) => this.choice(each.index).add(each))
    return said.some(Boolean)
  }

  private choice(index: number): Choice {
    const known = this.found.get(index)
    if (known !== undefined) return known
    const choice = new Choice(index, this.room)
    this.found.set(index, choice)
    return choice
  }

  choices(): readonly StreamedChoice[] {
    return [...this.found.values()]
      .sort((left, right) => left.index - right.index)
      .map((choice) => choice.result())
  }
}
