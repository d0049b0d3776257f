import {
  type ChatMessage,
  type ChatRequest,
  type ChatResponse,
  choiceOf,
  contentHashOf,
  drop,
  isEmptyAnswer,
  parseAssistantMessage,
  parseChatRequest,
  parseChatResponse,
  piiEngineVersion,
  redactBody,
  reject,
  requestHashOf,
  workloadOf,
} from '#kit'
import type { CuratedExample, InferenceLog } from '#schemas'
import { type Judgement, judge, type Senses } from './judge.ts'
import { type NearTexts, nearTextsOf } from './near.ts'
import type { Policies } from './policy.ts'

/** Version of the rules below; rises when they judge otherwise. */
const rulesVersion = 2
const railsMax = 32
const railCharactersMax = 64

/** What calls are judged by. */
export interface Rules extends Senses {
  readonly policies: Policies
}

/** A curated example that does not know yet where its log stood. */
export type Example = Omit<CuratedExample, 'sourcePartition' | 'sourceOffset'>

/** What a log record is worth on its own, before it is compared with others. */
export type Prepared =
  | { readonly kind: 'example'; readonly example: Example; readonly near: NearTexts }
  | { readonly kind: 'review'; readonly example: Example; readonly reason: string }
  | ReturnType<typeof drop>
  | ReturnType<typeof reject>

interface Chat {
  readonly request: Pick<ChatRequest, 'messages' | 'tools'>
  readonly answer: ChatMessage
  readonly counts: Readonly<Record<string, number>>
}

/** Redacts and reads again; undefined when it can't be done: nothing unredacted goes on. */
const redactChat = (request: ChatRequest, answer: ChatMessage): Chat | undefined => {
  const { messages, tools } = request
  const bodies = [JSON.stringify({ messages, tools }), JSON.stringify(answer)] as const
  const [asked, answered] = [redactBody(bodies[0], 'json'), redactBody(bodies[1], 'json')]
  if (!asked.ok || !answered.ok) return undefined
  const cleanRequest = parseChatRequest(asked.text ?? bodies[0])
  const cleanAnswer = parseAssistantMessage(answered.text ?? bodies[1])
  if ('fault' in cleanRequest || 'fault' in cleanAnswer) return undefined
  return {
    request: cleanRequest.request,
    answer: cleanAnswer.message,
    counts: sumOf(asked.counts, answered.counts),
  }
}

const sumOf = (
  left: Readonly<Record<string, number>>,
  right: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> => {
  const sums = Object.keys(left).map((type) => [type, (left[type] ?? 0) + (right[type] ?? 0)])
  return Object.fromEntries(sums.filter(([, count]) => count !== 0))
}

/** Rails that fired as `rail:<name>`. */
const railFlagsOf = (log: InferenceLog): readonly string[] => {
  const rails = log.railHits.slice(0, railsMax)
  return [...new Set(rails.map((rail) => `rail:${rail.slice(0, railCharactersMax)}`))]
}

const exampleOf = (
  log: InferenceLog,
  workload: string,
  chat: Chat,
  judgement: Judgement,
  policyVersion: string,
): Example => {
  const { requestId, parentId, tenant, client, sessionId, subject, traceId } = log
  const { eventTimeMs, model, servedBy, role } = log
  return {
    ...{ requestId, parentId, workload, tenant, client, sessionId, subject, traceId },
    ...{ eventTimeMs, model, servedBy, role },
    request: JSON.stringify({ messages: chat.request.messages, tools: chat.request.tools }),
    response: JSON.stringify(chat.answer),
    label: choiceOf({ message: chat.answer }),
    contentHash: contentHashOf(chat.request, chat.answer),
    requestHash: requestHashOf(chat.request),
    quality: judgement.quality,
    scores: judgement.scores,
    piiCounts: chat.counts,
    flags: [...railFlagsOf(log), ...judgement.flags],
    language: judgement.language,
    curatorVersion: `${rulesVersion}.pii-${piiEngineVersion}.policy-${policyVersion}`,
  }
}

/** In JSON text a name in quotes before a colon is no part of a string, whose quotes are escaped. */
const marksRefusal = /"refusal"\s*:\s*"(?!")/

const judged = (
  log: InferenceLog,
  request: ChatRequest,
  response: ChatResponse,
  rules: Rules,
): Prepared => {
  const workload = workloadOf({ header: log.workload, request })
  const judgement = judge(
    {
      request,
      answer: response.message,
      finishReason: log.finishReason === '' ? response.finishReason : log.finishReason,
      isMarkedRefusal: marksRefusal.test(log.response),
    },
    rules.policies.policyOf(workload),
    rules,
  )
  if (judgement.verdict === 'drop') return drop(judgement.reason)
  const chat = redactChat(request, response.message)
  if (chat === undefined) return reject('can not be redacted')
  const example = exampleOf(log, workload, chat, judgement, rules.policies.version)
  return judgement.verdict === 'review'
    ? { kind: 'review', example, reason: judgement.reason }
    : {
        kind: 'example',
        example,
        near: nearTextsOf(chat.request, chat.answer, example.label),
      }
}

const read = (log: InferenceLog, rules: Rules): Prepared => {
  const asked = parseChatRequest(log.request)
  if ('fault' in asked) return reject('request does not parse')
  const answered = parseChatResponse(log.response)
  if ('fault' in answered) return reject('response does not parse')
  if (isEmptyAnswer(answered.response.message)) return drop('empty answer')
  return judged(log, asked.request, answered.response, rules)
}

/**
 * Cleans one log record: filters failed and empty calls, reads request and answer, judges them as they came, masks personal
 * data, names workload and label, and takes the hashes of the masked text, which is what a model will see (a hash of
 * unmasked short text could be guessed).
 */
export const prepare = (log: InferenceLog, rules: Rules): Prepared => {
  if (log.requestId === '') return reject('no request id')
  if (log.status >= 400 || log.error !== '') return drop('failed call')
  if (log.request.trim() === '') return drop('empty request')
  if (log.response.trim() === '') return drop('empty answer')
  return read(log, rules)
}
