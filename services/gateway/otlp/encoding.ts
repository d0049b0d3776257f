import { otlpMessages } from './messages.ts'
import { readSpans, type Span } from './spans.ts'

/** The two encodings of OTLP/HTTP. */
export type Encoding = 'protobuf' | 'json'

const contentTypes = { protobuf: 'application/x-protobuf', json: 'application/json' } as const

/** The encoding that a content type names; undefined for others. */
export const encodingOf = (contentType: string): Encoding | undefined => {
  const [type = ''] = contentType.toLowerCase().split(';')
  if (/^application\/(?:x-)?protobuf$/.test(type.trim())) return 'protobuf'
  return type.trim() === contentTypes.json ? 'json' : undefined
}

const decode = (bytes: Uint8Array, encoding: Encoding): unknown => {
  if (encoding === 'protobuf') return otlpMessages.request.decode(bytes)
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
}

/** The spans of a body, or why it can't be read; never quotes the content, never throws for any bytes. */
export const spansOf = (
  bytes: Uint8Array,
  encoding: Encoding,
): { readonly spans: readonly Span[] } | { readonly fault: string } => {
  let value: unknown
  try {
    value = decode(bytes, encoding)
  } catch {
    return { fault: `The body is no ExportTraceServiceRequest in ${encoding}.` }
  }
  const read = readSpans(value)
  return 'fault' in read ? { fault: `The body is no trace: ${read.fault}` } : read
}

const encoded = (
  encoding: Encoding,
  type: (typeof otlpMessages)['response' | 'status'],
  value: Readonly<Record<string, unknown>>,
) => ({
  body: encoding === 'json' ? value : type.encode(value),
  headers: { 'content-type': contentTypes[encoding] },
})

/** ExportTraceServiceResponse; `partialSuccess` only where something was rejected, as OTLP has it. */
export const exportResponse = (encoding: Encoding, rejected: readonly string[]) => {
  const reasons = [...new Set(rejected)].slice(0, 5).join(' ')
  const partialSuccess = { rejectedSpans: String(rejected.length), errorMessage: reasons }
  return encoded(encoding, otlpMessages.response, rejected.length === 0 ? {} : { partialSuccess })
}

/** google.rpc.Status of an error that no retry mends: INVALID_ARGUMENT. */
export const invalidArgument = (encoding: Encoding, said: string) =>
  encoded(encoding, otlpMessages.status, { code: 3, message: said })
