import { answerTokens, costUsd, type Prices, requestTokens, subjectOf } from '#kit'
import type { Parts } from './record-parts.ts'

/** What stands for a dead or cut stream, as the gateway itself logs it. */
const badGateway = 502

const pseudonym = /^[0-9a-f]{64}$/

/** The keyed hash of the end user, or empty; 64 hex digits are taken as such a hash already. */
export const subjectIn = ({ fields, question }: Parts, key: string): string => {
  const given = fields.subject || question.user
  if (pseudonym.test(given)) return given
  return key === '' ? '' : subjectOf(key, given)
}

/**
 * Model, tokens and price: as the record says, else by the answer's usage, else as we count. A call without an answer is free, one with an answer
 * that can't be read has no price. */
export const figuresOf = ({ fields, question, answer }: Parts, prices: Prices) => {
  const { request } = question
  const { response } = answer
  const asked = fields.model || request.model || response?.model || ''
  const model = response?.model || asked
  const hasAnswer = response !== undefined
  const promptTokens =
    fields.promptTokens ?? response?.usage?.promptTokens ?? (hasAnswer ? requestTokens(request) : 0)
  const completionTokens =
    fields.completionTokens ??
    response?.usage?.completionTokens ??
    (hasAnswer ? answerTokens(response.message) : 0)
  const priced = (name: string) => costUsd(name, promptTokens, completionTokens, prices)
  const unanswered = answer.text === '' ? 0 : null
  const cost = hasAnswer ? (priced(model) ?? priced(asked)) : unanswered
  return {
    ...{ model: asked, promptTokens, completionTokens },
    costUsd: fields.costUsd ?? cost,
  }
}

/** Status, finish reason and error; an answer that is broken is a failed call, whatever status its stream began with. */
export const outcomeOf = ({ fields, answer }: Parts) => {
  const given = fields.status ?? (fields.error === '' ? 200 : 500)
  const error = fields.error || answer.trouble
  return {
    status: answer.trouble !== '' && given < 400 ? badGateway : given,
    finishReason: fields.finishReason || (answer.response?.finishReason ?? ''),
    error: error.slice(0, 4096).toWellFormed(),
  }
}

/** What we say of a record beside its fields. */
export const ourAttributes = ({ answer, eventTimeMs }: Parts) => {
  const { response, stream, unreadChunks } = answer
  const model = response?.model ?? ''
  return {
    ...(model !== '' && { answeredBy: model }),
    ...(eventTimeMs === undefined && { eventTime: 'stamped at arrival' }),
    ...(stream !== '' && { stream }),
    ...(unreadChunks > 0 && { unreadChunks: String(unreadChunks) }),
  }
}
