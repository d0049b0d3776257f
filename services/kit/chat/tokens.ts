import { createRequire } from 'node:module'
import { type ChatMessage, textOf } from './message.ts'
import type { ChatRequest } from './request.ts'

type Tokenizer = typeof import('gpt-tokenizer/encoding/o200k_base')

const load = createRequire(import.meta.url)
let tokenizer: Tokenizer | undefined

/** Pieces of words whose tokens are remembered: gpt-tokenizer forgets in time linear to what it remembers. */
const rememberedMax = 1000

/** Long texts are counted in pieces: byte-pair encoding is quadratic in an unbroken run of letters. */
const pieceCharactersMax = 2048

const loadTokenizer = (): Tokenizer => {
  const loaded = load('gpt-tokenizer/encoding/o200k_base') as Tokenizer
  loaded.setMergeCacheSize(rememberedMax)
  return loaded
}

const pieceEnd = (text: string, start: number): number => {
  const limit = start + pieceCharactersMax
  if (limit >= text.length) return text.length
  const space = text.lastIndexOf(' ', limit)
  if (space > start) return space
  return text.codePointAt(limit - 1) === text.charCodeAt(limit - 1) ? limit : limit - 1
}

/**
 * Tokens of a text in OpenAI's o200k_base encoding (gpt-4o and later). Special tokens in the text count as the text they
 * are. Exact up to 2,048 characters; a longer text is counted in pieces cut before a space, where words begin anyway.
 * The tables (75 MB) load at the first call.
 */
export const countTokens = (text: string): number => {
  tokenizer ??= loadTokenizer()
  let tokens = 0
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start)
    tokens += tokenizer.countTokens(text.slice(start, end), { disallowedSpecial: new Set() })
    start = end
  }
  return tokens
}

/** Tokens of an assistant's answer: its text and its calls' names and arguments. */
export const answerTokens = (message: ChatMessage): number => {
  const calls = (message.tool_calls ?? []).map((call) => call.function)
  const spoken = calls.map((called) => `${called.name}${called.arguments}`)
  return countTokens([textOf(message), ...spoken].join(''))
}

/**
 * Tokens of a request: three a message and three that prime the answer, as OpenAI's cookbook counts chats, plus the texts
 * and the tools' JSON. OpenAI does not publish how tools are laid out, so a request with tools is an estimate.
 */
export const requestTokens = (request: Pick<ChatRequest, 'messages' | 'tools'>): number => {
  const messages = request.messages.map(
    (message) => 3 + countTokens(message.role) + answerTokens(message),
  )
  const tools = request.tools.length === 0 ? 0 : countTokens(JSON.stringify(request.tools))
  return messages.reduce((sum, tokens) => sum + tokens, 3) + tools
}
