import {
  defineRoute,
  message,
  type Prices,
  type RouteOutcome,
  type RouteRequest,
  reply,
} from '#kit'
import { topics } from '#schemas'
import { isModelCall } from './otlp/calls.ts'
import {
  type Encoding,
  encodingOf,
  exportResponse,
  invalidArgument,
  spansOf,
} from './otlp/encoding.ts'
import { type SpanReader, spanLog } from './otlp/span-log.ts'
import { chatSettings } from './settings.ts'
import type { World } from './world.ts'

/** Most calls of one request: an SDK sends 512 spans at a time, a collector 8,192. */
const callsMax = 8192
const nameCharactersMax = 256

type Out = typeof topics.inferenceLogs
type Encoded = ReturnType<typeof exportResponse>

const bounded = (header: string | undefined): string =>
  (header ?? '').slice(0, nameCharactersMax).toWellFormed()

const readerOf = (
  { headers, client }: RouteRequest,
  rest: Pick<SpanReader, 'subjectKey' | 'prices' | 'nowMs'>,
): SpanReader => ({
  ...rest,
  client: bounded(client),
  clientNamed: bounded(headers['x-client-id']),
  workload: bounded(headers['x-flywheel-workload']),
})

const answer = (status: number, { body, headers }: Encoded): RouteOutcome<Out> => ({
  reply: { status, body, headers },
  messages: [],
  deliveries: [],
})

const unsupported = 'Send OTLP as application/x-protobuf or application/json.'

const decideSpans = (
  bytes: Uint8Array,
  encoding: Encoding,
  reader: SpanReader,
): RouteOutcome<Out> => {
  const read = spansOf(bytes, encoding)
  if ('fault' in read) return answer(400, invalidArgument(encoding, read.fault))
  const calls = read.spans.filter(isModelCall)
  const taken = calls.slice(0, callsMax).map((span) => spanLog(span, reader))
  const logs = taken.flatMap((each) => ('log' in each ? [each.log] : []))
  const faults = taken.flatMap((each) => ('fault' in each ? [each.fault] : []))
  const left = calls.slice(callsMax).map(() => `At most ${callsMax} calls at a time.`)
  return {
    ...answer(200, exportResponse(encoding, [...faults, ...left])),
    messages: logs.map((log) => message(topics.inferenceLogs, log)),
  }
}

/**
 * Takes OpenTelemetry's traces by OTLP/HTTP, in protobuf or JSON. A span of a client that called a model, by the GenAI conventions, is published
 * as the log of that call; every other span is accepted and left out. A call that can't be read is told as rejected.
 */
export const traces = defineRoute({
  service: 'gateway',
  name: 'traces',
  method: 'POST',
  path: '/v1/traces',
  scope: 'publish',
  rawBody: true,
  outputs: [topics.inferenceLogs],
  settings: { subjectKey: chatSettings.subjectKey },

  gather: async (_request, { prices }: Pick<World, 'prices'>): Promise<{ prices: Prices }> => ({
    prices,
  }),

  decide: (request, { settings: { subjectKey }, nowMs, facts: { prices } }) => {
    const encoding = encodingOf(request.headers['content-type'] ?? '')
    if (encoding === undefined) return reply(415, { code: 3, message: unsupported })
    return decideSpans(request.bytes, encoding, readerOf(request, { subjectKey, prices, nowMs }))
  },
})
