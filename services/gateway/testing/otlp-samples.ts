import { otlpMessages } from '../otlp/messages.ts'

/** A span as a test writes it: plain attributes, with what differs from the ordinary. */
export interface GivenSpan {
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly events?: readonly {
    readonly name: string
    readonly attributes: Readonly<Record<string, unknown>>
  }[]
  readonly change?: Readonly<Record<string, unknown>>
}

/** Ids of the conventions' own examples. */
export const ids = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }
/** The start of the span, milliseconds since 1970 UTC. */
export const startMs = Date.UTC(2026, 4, 31, 12, 30)

/** An OTLP/JSON AnyValue. */
export const anyValue = (value: unknown): Readonly<Record<string, unknown>> => {
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') }
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } }
  return value === null ? {} : { kvlistValue: { values: keyValues(value as object) } }
}

const keyValues = (fields: object) =>
  Object.entries(fields).map(([key, value]) => ({ key, value: anyValue(value) }))

const span = ({ attributes = {}, events = [], change }: GivenSpan) => ({
  ...ids,
  name: 'chat gpt-4',
  kind: 3,
  startTimeUnixNano: `${startMs}000000`,
  endTimeUnixNano: `${startMs + 1500}250000`,
  attributes: keyValues(attributes),
  events: events.map(({ name, attributes: own }) => ({ name, attributes: keyValues(own) })),
  ...change,
})

/** An ExportTraceServiceRequest in OTLP/JSON. */
export const exportRequest = (
  spans: readonly GivenSpan[],
  resource: Readonly<Record<string, unknown>> = { 'service.name': 'shop' },
) => ({
  resourceSpans: [
    {
      resource: { attributes: keyValues(resource) },
      scopeSpans: [{ scope: { name: 'test' }, spans: spans.map(span) }],
    },
  ],
})

const idFields = new Set(['traceId', 'spanId', 'parentSpanId'])

/** The same request as protobuf: what is hex in JSON is bytes. */
export const protobufOf = (request: object): Buffer => {
  const text = JSON.stringify(request)
  const hexToBase64 = (name: string, value: unknown): unknown =>
    idFields.has(name) ? Buffer.from(String(value), 'hex').toString('base64') : value
  return otlpMessages.request.encode(JSON.parse(text, hexToBase64))
}

/** Attributes of the conventions' example call, without content. */
export const simple = {
  'gen_ai.provider.name': 'openai',
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.request.max_tokens': 200,
  'gen_ai.request.top_p': 0.5,
  'gen_ai.response.id': 'chatcmpl-9J3uIL87gldCFtiIbyaOvTeYBRA3l',
  'gen_ai.response.model': 'gpt-4o-2024-08-06',
  'gen_ai.usage.output_tokens': 47,
  'gen_ai.usage.input_tokens': 52,
  'gen_ai.response.finish_reasons': ['stop'],
}
