import { defineRoute, message, type RouteOutcome, type RouteRequest, reply } from '#kit'
import { type InferenceLog, topics } from '#schemas'
import { isModelCall } from './otlp/calls.ts'
import {
  type Encoding,
  encodingOf,
  exportResponse,
  invalidArgument,
  spansOf,
} from './otlp/encoding.ts'
import { type SpanReader, spanLog } from './otlp/span-log.ts'
import { chatSettings, tracesSettings } from './settings.ts'
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

/** What a body holds: logs, why calls were rejected, and how many spans are no calls; or why it can't be read. */
type Facts =
  | { readonly encoding: undefined }
  | { readonly encoding: Encoding; readonly fault: string }
  | {
      readonly encoding: Encoding
      readonly logs: readonly InferenceLog[]
      readonly faults: readonly string[]
      readonly others: number
    }

/** Reads call by call and gives way in between: tokens that no span counted take milliseconds to count. */
const readCalls = async (
  request: RouteRequest,
  { prices, giveWay }: Pick<World, 'prices' | 'giveWay'>,
  subjectKey: string,
): Promise<Facts> => {
  const encoding = encodingOf(request.headers['content-type'] ?? '')
  if (encoding === undefined) return { encoding }
  const read = spansOf(request.bytes, encoding)
  if ('fault' in read) return { encoding, fault: read.fault }
  const calls = read.spans.filter(isModelCall)
  const reader = readerOf(request, { subjectKey, prices, nowMs: request.arrivedAtMs })
  const logs: InferenceLog[] = []
  const faults = calls.slice(callsMax).map(() => `At most ${callsMax} calls at a time.`)
  for (const span of calls.slice(0, callsMax)) {
    const taken = spanLog(span, reader)
    if ('log' in taken) logs.push(taken.log)
    else faults.push(taken.fault)
    await giveWay()
  }
  return { encoding, logs, faults, others: read.spans.length - calls.length }
}

/**
 * Takes OpenTelemetry's traces by OTLP/HTTP, in protobuf or JSON. A span of a client that called a model, by the GenAI conventions, is published
 * as the log of that call; every other span is accepted, counted and left out. A call that can't be read is told as rejected.
 */
export const traces = defineRoute({
  service: 'gateway',
  name: 'traces',
  method: 'POST',
  path: '/v1/traces',
  scope: 'publish',
  rawBody: true,
  outputs: [topics.inferenceLogs],
  settings: { subjectKey: chatSettings.subjectKey, ...tracesSettings },
  bodyBytesMax: ({ tracesBytesMax }) => tracesBytesMax,

  gather: (request, world: Pick<World, 'prices' | 'giveWay'>, { subjectKey }) =>
    readCalls(request, world, subjectKey),

  decide: (_request, { facts }) => {
    const { encoding } = facts
    if (encoding === undefined) return reply(415, { code: 3, message: unsupported })
    if ('fault' in facts) return answer(400, invalidArgument(encoding, facts.fault))
    const { logs, faults, others } = facts
    return {
      ...answer(200, exportResponse(encoding, faults)),
      messages: logs.map((log) => message(topics.inferenceLogs, log)),
      counts: [
        { kind: 'emit', reason: '', count: logs.length },
        { kind: 'drop', reason: 'no model call', count: others },
        { kind: 'reject', reason: 'call does not fit', count: faults.length },
      ],
    }
  },
})
