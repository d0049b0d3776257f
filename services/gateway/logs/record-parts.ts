import type { z } from 'zod'
import { readJson, requestTokens } from '#kit'
import { type Fields, fieldsSchema, type Named, nameFields } from './fields.ts'
import { type Question, readRequest } from './read-request.ts'
import { type Answer, readResponse } from './read-response.ts'
import { timeMsOf } from './times.ts'

/** Why a record does not fit, and where, by the name that the caller gave. */
export interface Refused {
  readonly fault: string
  readonly field?: string
}

/** A record that fits, taken apart. */
export interface Parts {
  /** As it came. */
  readonly record: Readonly<Record<string, unknown>>
  readonly named: Named
  readonly fields: Fields
  readonly question: Question
  readonly answer: Answer
  /** When the call was made, milliseconds since 1970 UTC; undefined where nothing tells it. */
  readonly eventTimeMs: number | undefined
}

const refusedBy = (error: z.ZodError, { calledAs }: Named): Refused => {
  const [issue] = error.issues
  const [field = ''] = issue?.path ?? []
  const name = calledAs.get(String(field)) ?? String(field)
  const below = (issue?.path ?? []).slice(1, 3).map(String).join('.').slice(0, 60)
  const where = below === '' ? '' : ` at ${below}`
  return { fault: `does not fit${where}: ${issue?.code ?? 'invalid'}`, field: name }
}

const readTime = (
  { eventTimeMs, eventTime }: Fields,
  { calledAs }: Named,
  answer: Answer,
  nowMs: number,
): { readonly eventTimeMs: number | undefined } | Refused => {
  const given = eventTimeMs ?? eventTime ?? ''
  if (given === '') {
    const createdMs = answer.response?.createdAtMs ?? 0
    return { eventTimeMs: timeMsOf(createdMs, { nowMs, inMs: true }) }
  }
  const inMs = given === eventTimeMs
  const ms = timeMsOf(given, { nowMs, inMs })
  if (ms !== undefined) return { eventTimeMs: ms }
  const field = inMs ? 'eventTimeMs' : 'eventTime'
  return {
    fault: 'is no time since 2000 and at most a day ahead',
    field: calledAs.get(field) ?? field,
  }
}

const noAnswer: Answer = {
  ...{ text: '', response: undefined, trouble: '', stream: '', unreadChunks: 0 },
}

const readAnswer = (
  { response, status, error }: Fields,
  { request }: Question,
): Answer | { readonly fault: string } => {
  const hasFailed = (status ?? 200) >= 400 || error !== ''
  if (response === undefined || response === '')
    return hasFailed
      ? noAnswer
      : { fault: 'has no response, and neither an error nor a status that tells of one' }
  const read = readResponse(response, () => requestTokens(request))
  return 'fault' in read && hasFailed ? { ...noAnswer, trouble: read.fault } : read
}

/** Takes a record apart, or says why and where it does not fit. */
export const partsOf = (value: unknown, nowMs: number): Parts | Refused => {
  const read = readJson(value)
  if ('fault' in read) return read
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { fault: 'is not a JSON object' }
  const record = value as Readonly<Record<string, unknown>>
  const named = nameFields(record)
  const checked = fieldsSchema.safeParse(named.known)
  if (!checked.success) return refusedBy(checked.error, named)
  const fields = checked.data
  if (fields.request === undefined) return { fault: 'has no request', field: 'request' }
  const question = readRequest(fields.request)
  if ('fault' in question) return { ...question, field: 'request' }
  const answer = readAnswer(fields, question)
  if ('fault' in answer) return { ...answer, field: named.calledAs.get('response') ?? 'response' }
  const time = readTime(fields, named, answer, nowMs)
  return 'fault' in time ? time : { record, named, fields, question, answer, ...time }
}
