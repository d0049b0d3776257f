import {
  type ChatRequest,
  type ChatResponse,
  parseChatRequest,
  parseChatResponse,
} from './index.ts'

/** Reads a request that must fit. */
export const requestOf = (json: unknown): ChatRequest => {
  const read = parseChatRequest(json)
  if ('fault' in read) throw new Error(read.fault)
  return read.request
}
/** Reads a response that must fit. */
export const responseOf = (json: unknown): ChatResponse => {
  const read = parseChatResponse(json)
  if ('fault' in read) throw new Error(read.fault)
  return read.response
}
/** What a user says, as it goes over the wire. */
export const user = (content: unknown) => ({ role: 'user', content })
/** A completion of one choice. */
export const answer = (message: unknown) => ({ choices: [{ message, finish_reason: 'stop' }] })
/** A tool call, as it goes over the wire. */
export const call = (name: string, args: unknown) => ({
  id: 'c1',
  function: { name, arguments: args },
})
