import { answerTokens, type ChatResponse, parseChatResponse, readJson } from '#kit'
import {
  completionOf,
  messageOf,
  type Reassembled,
  type Reassembler,
  reassembler,
} from '../reassemble.ts'

/** What a record's response says. */
export interface Answer {
  /** The completion as JSON text, or empty where there is none. */
  readonly text: string
  /** The same, read; undefined where it can't be. */
  readonly response: ChatResponse | undefined
  /** What is wrong with an answer that is kept all the same, or empty. */
  readonly trouble: string
  /** How a stream was read: `complete`, `incomplete` or `unreadable`; empty for an answer that came whole. */
  readonly stream: '' | 'complete' | 'incomplete' | 'unreadable'
  /** Chunks of the stream that could not be read. */
  readonly unreadChunks: number
}

type Read = Answer | { readonly fault: string }

const whole = { stream: '', unreadChunks: 0 } as const

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const messageOfError = (error: unknown): string => {
  const said = isObject(error) ? (error['message'] ?? error['code'] ?? '') : error
  return typeof said === 'string' && said !== '' ? said : 'the model answered with an error'
}

const troubleOf = (read: Reassembled): string => {
  if (read.error !== '') return read.error
  if (read.chunks === 0) return 'no chunk of the stream could be read'
  const hasEnded = read.choices.every(({ finishReason }) => finishReason !== '')
  if (!read.isComplete && !hasEnded) return 'the stream ended before its end'
  return read.unreadChunks > 0 ? 'a part of the stream could not be read' : ''
}

const streamed = (read: Reassembled, requestTokens: () => number): Answer => {
  const trouble = troubleOf(read)
  const { unreadChunks } = read
  if (read.chunks === 0)
    return { text: '', response: undefined, trouble, stream: 'unreadable', unreadChunks }
  const usage = read.usage ?? {
    promptTokens: requestTokens(),
    completionTokens: answerTokens(messageOf(read)),
  }
  const text = JSON.stringify(completionOf(read, read.model, usage))
  const parsed = parseChatResponse(text)
  const stream = trouble === '' ? 'complete' : 'incomplete'
  return 'fault' in parsed
    ? { text, response: undefined, trouble: parsed.fault, stream: 'incomplete', unreadChunks }
    : { text, response: parsed.response, trouble, stream, unreadChunks }
}

const eventLine = /^(?:data|event|id|retry)?:/
const hasEventLine = new RegExp(eventLine, 'm')

/** Pieces as one text: whole lines or events without their ends get them back, others were cut anywhere. */
const joinedText = (pieces: readonly string[]): string => {
  const areCut = pieces.some((piece) => piece.endsWith('\n'))
  const areLines = pieces.every((piece) => piece === '' || eventLine.test(piece))
  return pieces.join(areLines && !areCut ? '\n\n' : '')
}

const feedEvents = (text: string, into: Reassembler): void => {
  // The blank lines end an event that the stream broke off in.
  into.feed(Buffer.from(`${text}\n\n`))
}

const isText = (value: unknown): value is string => typeof value === 'string'

const feedPiece = (piece: unknown, into: Reassembler): void => {
  if (piece === '') return
  if (isText(piece) && hasEventLine.test(piece)) feedEvents(piece, into)
  else into.add(piece)
}

const chunksOf = (given: readonly unknown[]): Reassembled => {
  const reading = reassembler()
  const text = given.every(isText) ? joinedText(given) : ''
  if (hasEventLine.test(text)) feedEvents(text, reading)
  else for (const piece of given) feedPiece(piece, reading)
  return reading.result()
}

const isChunkObject = (value: unknown): boolean =>
  isObject(value) &&
  (value['object'] === 'chat.completion.chunk' ||
    (Array.isArray(value['choices']) &&
      value['choices'].some((each) => isObject(each) && 'delta' in each)))

const read = (value: unknown, text: string | undefined, requestTokens: () => number): Read => {
  if (Array.isArray(value)) return streamed(chunksOf(value), requestTokens)
  if (isChunkObject(value)) return streamed(chunksOf([value]), requestTokens)
  if (isObject(value) && value['error'] && value['choices'] === undefined)
    return { ...whole, text: '', response: undefined, trouble: messageOfError(value['error']) }
  const parsed = parseChatResponse(value)
  if ('fault' in parsed) return parsed
  return {
    ...whole,
    text: text?.toWellFormed() ?? JSON.stringify(value),
    response: parsed.response,
    trouble: '',
  }
}

const isChunkLine = (line: string | undefined): boolean => {
  const json = readJson(line ?? '')
  return 'value' in json && isChunkObject(json.value)
}

const readText = (text: string, requestTokens: () => number): Read => {
  const json = readJson(text)
  if ('value' in json) return read(json.value, text, requestTokens)
  if (hasEventLine.test(text)) return streamed(chunksOf([text]), requestTokens)
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  if (isChunkLine(lines[0])) return streamed(chunksOf(lines), requestTokens)
  return { fault: `response ${json.fault}` }
}

/**
 * Reads the response of a record: an OpenAI chat completion as a value or as JSON text, OpenAI's error object, or a
 * stream: an array of chunks, the raw server-sent events, whole or cut anywhere, or a chunk a line. A stream that broke off or
 * holds rubbish is kept as far as it goes, with what is wrong as `trouble`. The fault never quotes the content. Pure.
 *
 * @param requestTokens - counts the request's tokens, for a stream that does not tell its usage
 */
export const readResponse = (given: unknown, requestTokens: () => number): Read =>
  typeof given === 'string' ? readText(given, requestTokens) : read(given, undefined, requestTokens)
