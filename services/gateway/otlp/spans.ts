import { z } from 'zod'
import { attributesOf, TooDeep } from './any-value.ts'
import type { Fields } from './values.ts'

/** One span with all that it says, whichever encoding it came in. */
export interface Span {
  /** Lower-case hex; empty where it is no valid id. */
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  /** OTLP's SpanKind: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number
  /** Nanoseconds since 1970 UTC; 0 where unknown. */
  readonly startNano: bigint
  readonly endNano: bigint
  readonly attributes: Fields
  readonly events: readonly { readonly name: string; readonly attributes: Fields }[]
  readonly hasFailed: boolean
  readonly statusMessage: string
  /** Attributes of the resource that the span comes from. */
  readonly resource: Fields
}

const id = z.union([z.string().max(64), z.instanceof(Uint8Array)]).nullish()
const nano = z.union([z.string().max(32), z.number()]).nullish()
const attributes = z.array(z.unknown()).nullish()
const name = z.string().nullish()
const code = z.union([z.number(), z.string().max(64)]).nullish()

const spanSchema = z.object({
  ...{ traceId: id, spanId: id, parentSpanId: id, name, kind: code },
  ...{ startTimeUnixNano: nano, endTimeUnixNano: nano, attributes },
  events: z.array(z.object({ name, attributes })).nullish(),
  status: z.object({ message: name, code }).nullish(),
})

const requestSchema = z.object({
  resourceSpans: z
    .array(
      z.object({
        resource: z.object({ attributes }).nullish(),
        scopeSpans: z.array(z.object({ spans: z.array(spanSchema).nullish() })).nullish(),
      }),
    )
    .nullish(),
})

const idOf = (given: z.infer<typeof id>, sizeBytes: number): string => {
  const hex =
    given instanceof Uint8Array ? Buffer.from(given).toString('hex') : (given ?? '').toLowerCase()
  const isId = hex.length === sizeBytes * 2 && /^[0-9a-f]+$/.test(hex) && !/^0+$/.test(hex)
  return isId ? hex : ''
}

const nanoOf = (given: z.infer<typeof nano>): bigint => {
  if (typeof given === 'number')
    return Number.isFinite(given) && given > 0 ? BigInt(Math.trunc(given)) : 0n
  return /^\d{1,20}$/.test(given ?? '') ? BigInt(given ?? 0) : 0n
}

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']

// OTLP/JSON has enums as numbers; some exporters write protobuf's names.
const kindOf = (given: z.infer<typeof code>): number =>
  typeof given === 'number'
    ? given
    : Math.max(0, kinds.indexOf((given ?? '').replace('SPAN_KIND_', '')))

const spanOf = (wire: z.infer<typeof spanSchema>, resource: Fields): Span => ({
  traceId: idOf(wire.traceId, 16),
  spanId: idOf(wire.spanId, 8),
  parentSpanId: idOf(wire.parentSpanId, 8),
  name: (wire.name ?? '').toWellFormed(),
  kind: kindOf(wire.kind),
  startNano: nanoOf(wire.startTimeUnixNano),
  endNano: nanoOf(wire.endTimeUnixNano),
  attributes: attributesOf(wire.attributes),
  events: (wire.events ?? []).map((event) => ({
    name: event.name ?? '',
    attributes: attributesOf(event.attributes),
  })),
  hasFailed: wire.status?.code === 2 || wire.status?.code === 'STATUS_CODE_ERROR',
  statusMessage: (wire.status?.message ?? '').toWellFormed(),
  resource,
})

const allSpans = ({ resourceSpans }: z.infer<typeof requestSchema>): readonly Span[] =>
  (resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const from = attributesOf(resource?.attributes)
    return (scopeSpans ?? []).flatMap(({ spans }) =>
      (spans ?? []).map((span) => spanOf(span, from)),
    )
  })

const faultOf = ({ issues }: z.ZodError): string => {
  const [issue] = issues
  const where = (issue?.path ?? []).join('.').slice(0, 80) || 'it'
  return `${where} does not fit: ${issue?.code ?? 'invalid'}`
}

/**
 * The spans of an ExportTraceServiceRequest, as OTLP/JSON has it or as its protobuf form was decoded. The fault never quotes the content.
 * Pure.
 */
export const readSpans = (
  given: unknown,
): { readonly spans: readonly Span[] } | { readonly fault: string } => {
  const read = requestSchema.safeParse(given)
  if (!read.success) return { fault: faultOf(read.error) }
  try {
    return { spans: allSpans(read.data) }
  } catch (error) {
    if (error instanceof TooDeep) return { fault: error.message }
    throw error
  }
}
