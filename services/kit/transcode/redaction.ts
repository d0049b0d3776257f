import { isUtf8 } from 'node:buffer'
import { type PiiCounts, type PiiEngine, type PiiKind, piiTypes } from '../privacy/index.ts'
import type { Cursor } from './cursor.ts'
import type { RowWriter } from './row-writer.ts'

/** Copies one value from Avro to RowBinary; the value was checked before. */
export type Copy = (from: Cursor, to: RowWriter) => void

const nothing = (): Record<keyof PiiCounts, number> => ({
  ...{ email: 0, phone: 0, card: 0, ip: 0, secret: 0 },
})

/** What the privacy engine did in one record. */
export class RedactionTally {
  private counts = nothing()
  private failures: string[] = []
  private touched = false

  reset(): void {
    if (!this.touched) return
    this.counts = nothing()
    this.failures = []
    this.touched = false
  }

  add(counts: PiiCounts): void {
    this.touched = true
    for (const type of piiTypes) this.counts[type] += counts[type]
  }

  fail(field: string, reason: string): void {
    this.touched = true
    this.failures.push(`${field}: ${reason}`)
  }

  /** The kinds that were found, in the engine's order. */
  found(): (readonly [type: string, count: number])[] {
    if (!this.touched) return []
    return piiTypes
      .map((type) => [type, this.counts[type]] as const)
      .filter(([, count]) => count > 0)
  }

  /** Which fields were stored empty and why; empty if none was. */
  get failure(): string {
    return this.failures.join('; ')
  }
}

const pass = (from: Cursor, length: number): number => {
  const start = from.position
  from.position = start + length
  return start
}

const allAscii = 0x80

const copyRange = (from: Cursor, to: RowWriter, start: number, end: number): void => {
  to.varuint(end - start)
  const bits = to.copy(from.bytes, start, end)
  const unsure = bits >= allAscii || end - start > 32
  if (unsure && !isUtf8(from.bytes.subarray(start, end))) from.fail('invalid-utf8')
}

/** Copies text, which must be UTF-8. */
export const copyText: Copy = (from, to) => {
  const length = from.readLength()
  const start = pass(from, length)
  copyRange(from, to, start, start + length)
}

/** Copies bytes of any kind. */
export const copyBytes: Copy = (from, to) => {
  const length = from.readLength()
  const start = pass(from, length)
  to.varuint(length)
  to.copy(from.bytes, start, start + length)
}

/**
 * Copies text through the privacy engine: what the prefilter clears is copied as bytes, hits are
 * spliced and the length rewritten, and what can't be redacted is stored empty with its reason.
 */
export const copyRedacted = (
  engine: PiiEngine,
  kind: PiiKind,
  field: string,
  tally: RedactionTally,
): Copy => {
  const redactRange = (from: Cursor, to: RowWriter, start: number, end: number): void => {
    const result = engine.redact(from.bytes.toString('utf8', start, end), kind)
    if (!result.ok) {
      tally.fail(field, result.reason)
      to.varuint(0)
    } else if (result.text === undefined) {
      copyRange(from, to, start, end)
    } else {
      tally.add(result.counts)
      to.string(result.text)
    }
  }
  return (from, to) => {
    const length = from.readLength()
    const start = pass(from, length)
    const end = start + length
    if (!engine.mayContain(from.bytes, start, end)) copyRange(from, to, start, end)
    else if (isUtf8(from.bytes.subarray(start, end))) redactRange(from, to, start, end)
    else from.fail('invalid-utf8')
  }
}
