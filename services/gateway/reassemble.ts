import { createParser } from 'eventsource-parser'
import { type ChatMessage, parseAssistantMessage, type Usage } from '#kit'
import { readChunk, StreamedAnswer, type StreamedChoice } from './streamed-answer.ts'

/** What a streamed answer adds up to. */
export interface Reassembled {
  readonly id: string
  readonly model: string
  /** Seconds since 1970 UTC, where the stream told it. */
  readonly createdAtSeconds: number | undefined
  /** By index; at least the first. */
  readonly choices: readonly [StreamedChoice, ...StreamedChoice[]]
  readonly usage: Usage | undefined
  /** Message of an error that the stream told, or empty. */
  readonly error: string
  /** True once `[DONE]` came. */
  readonly isComplete: boolean
  /** Chunks that could be read, and those that could not. */
  readonly chunks: number
  readonly unreadChunks: number
}

/** Reads an event stream as it passes by; `feed` returns true once the answer's first word was there. */
export interface Reassembler {
  feed(bytes: Uint8Array): boolean
  /** Takes one event's data, or a chunk that is parsed already. */
  add(chunk: unknown): void
  /** True once `[DONE]` came. */
  isComplete(): boolean
  result(): Reassembled
}

const silent: StreamedChoice = {
  index: 0,
  message: { role: 'assistant', content: null },
  finishReason: '',
}

const jsonOf = (data: string): unknown => {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

class Reading {
  readonly answer = new StreamedAnswer()
  hasBegun = false
  isComplete = false
  private chunks = 0
  private unreadChunks = 0

  add(given: unknown): void {
    if (typeof given === 'string' && given.trim() === '[DONE]') {
      this.isComplete = true
      return
    }
    const chunk = readChunk(typeof given === 'string' ? jsonOf(given) : given)
    if (chunk === undefined) {
      this.unreadChunks += 1
      return
    }
    this.chunks += 1
    if (this.answer.add(chunk)) this.hasBegun = true
  }

  result(): Reassembled {
    const { id, model, createdAtSeconds, usage, error } = this.answer
    const [first = silent, ...others] = this.answer.choices()
    const { isComplete, chunks, unreadChunks } = this
    const choices = [first, ...others] as const
    return { id, model, createdAtSeconds, choices, usage, error, isComplete, chunks, unreadChunks }
  }
}

/** Puts a streamed chat completion together, every choice of it. Chunks that do not parse are left out and counted. */
export const reassembler = (): Reassembler => {
  const reading = new Reading()
  const decoder = new TextDecoder()
  const parser = createParser({ onEvent: ({ data }) => reading.add(data) })
  return {
    feed: (bytes) => {
      parser.feed(decoder.decode(bytes, { stream: true }))
      return reading.hasBegun
    },
    add: (chunk) => reading.add(chunk),
    isComplete: () => reading.isComplete,
    result: () => reading.result(),
  }
}

/** The first choice's message, made uniform: a refusal is the content where there is no other. */
export const messageOf = ({ choices: [{ message }] }: Reassembled): ChatMessage => {
  const read = parseAssistantMessage(message)
  return 'message' in read ? read.message : { role: 'assistant', content: message.content }
}

/** The whole answer as an OpenAI `chat.completion`. */
export const completionOf = (
  { id, createdAtSeconds, choices }: Reassembled,
  model: string,
  { promptTokens, completionTokens }: Usage,
) => ({
  id,
  object: 'chat.completion' as const,
  ...(createdAtSeconds !== undefined && { created: createdAtSeconds }),
  model,
  choices: choices.map(({ index, message, finishReason }) => ({
    index,
    message,
    finish_reason: finishReason === '' ? null : finishReason,
  })),
  usage: {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  },
})
