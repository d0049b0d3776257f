import type { PiiCounts } from './finding.ts'
import { mayContainPii } from './prefilter.ts'
import { redactText } from './redact.ts'
import { redactJson } from './redact-json.ts'

/** Rises whenever a rule finds more, less or otherwise; stored with every redacted row. */
export const piiEngineVersion = 1

/** How a text is read: as it stands, or as a JSON document. */
export type PiiKind = 'text' | 'json'

/** Why a body could not be redacted; it is then stored empty. */
export type RedactionFailure = 'too-large' | 'engine-fault'

/** What became of a body. `text` is undefined where nothing was found: keep the bytes as they are. */
export type BodyRedaction =
  | { readonly ok: true; readonly text: string | undefined; readonly counts: PiiCounts }
  | { readonly ok: false; readonly reason: RedactionFailure }

/** What the transcoder asks of an engine. */
export interface PiiEngine {
  readonly version: number
  /** See `mayContainPii`. */
  readonly mayContain: (bytes: Buffer, start: number, end: number) => boolean
  /** Never throws: a text that cannot be redacted is a failure, and the caller drops the text. */
  readonly redact: (text: string, kind: PiiKind) => BodyRedaction
}

const bodyLengthMax = 64 * 1024 * 1024

/**
 * Redacts a body and fails closed: it never throws, and a failure carries no text. `redactOf` is
 * replaced in tests only.
 */
export const redactBody = (
  text: string,
  kind: PiiKind,
  redactOf = kind === 'json' ? redactJson : redactText,
): BodyRedaction => {
  if (text.length > bodyLengthMax) return { ok: false, reason: 'too-large' }
  try {
    const { text: clean, counts, hits } = redactOf(text)
    return { ok: true, text: hits === 0 ? undefined : clean, counts }
  } catch {
    return { ok: false, reason: 'engine-fault' }
  }
}

/** The project's PII engine. */
export const piiEngine: PiiEngine = {
  version: piiEngineVersion,
  mayContain: mayContainPii,
  redact: redactBody,
}
