import type { Span } from './spans.ts'
import { firstNumber, textFrom, wordOf } from './values.ts'

const errorCharactersMax = 4096

const statuses: Readonly<Record<string, number>> = {
  timeout: 504,
  rate_limit_exceeded: 429,
  RateLimitError: 429,
  APITimeoutError: 504,
  APIConnectionError: 502,
}

const isStatus = (number: number | undefined): number is number =>
  number !== undefined && Number.isInteger(number) && number >= 400 && number <= 599

const statusOf = (span: Span, kind: string): number => {
  const told = firstNumber(span.attributes, ['http.response.status_code', 'http.status_code'])
  if (isStatus(told)) return told
  const number = Number(kind)
  if (isStatus(number)) return number
  const [name = ''] = kind.split('.').slice(-1)
  return (Object.hasOwn(statuses, name) ? statuses[name] : undefined) ?? 500
}

const exceptionOf = ({ events }: Span): string =>
  wordOf(events.find(({ name }) => name === 'exception')?.attributes['exception.message'])

/** HTTP status and error of a call: 200 and none, unless the span failed or names an `error.type`. */
export const outcomeOf = (span: Span): { readonly status: number; readonly error: string } => {
  const kind = textFrom(span.attributes['error.type'])
  if (!span.hasFailed && kind === '') return { status: 200, error: '' }
  const said = [kind, span.statusMessage || exceptionOf(span)].filter((word) => word !== '')
  const error = said.join(': ') || 'the call failed'
  return {
    status: statusOf(span, kind),
    error: error.slice(0, errorCharactersMax).toWellFormed(),
  }
}
