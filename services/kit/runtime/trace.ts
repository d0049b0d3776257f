import { digest } from '../digest.ts'

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const zeroTrace = '0'.repeat(32)
const zeroSpan = '0'.repeat(16)

/** A position in a trace (W3C Trace Context, https://www.w3.org/TR/trace-context/). */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string
  /** 16 hex digits. */
  readonly spanId: string
  /** 2 hex digits; 01 means sampled. */
  readonly flags: string
}

/** Reads a `traceparent` header; undefined when it is absent or malformed, as the specification asks. */
export const parseTraceparent = (header: string | undefined): TraceContext | undefined => {
  const [, version, traceId, spanId, flags, rest] = pattern.exec(header?.trim() ?? '') ?? []
  if (version === undefined || traceId === undefined || spanId === undefined) return undefined
  if (flags === undefined || version === 'ff' || (version === '00' && rest !== undefined))
    return undefined
  return traceId === zeroTrace || spanId === zeroSpan ? undefined : { traceId, spanId, flags }
}

/** Writes a `traceparent` header of version 00. */
export const formatTraceparent = ({ traceId, spanId, flags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${flags}`

/**
 * The header for what follows from `parent`: the same trace and a new span. Both derive from `seed` (a record's position,
 * a request's id, a tick), so a replay carries the same header. Without a parent a new sampled trace begins.
 */
export const childTraceparent = (
  parent: string | undefined,
  ...seed: readonly string[]
): string => {
  const context = parseTraceparent(parent)
  const hex = digest('trace', ...seed)
  return formatTraceparent({
    traceId: context?.traceId ?? hex.slice(0, 32),
    spanId: hex.slice(32, 48),
    flags: context?.flags ?? '01',
  })
}
