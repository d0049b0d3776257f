import { sha256 } from '#kit'
import type { SplitFile } from './files.ts'
import { splits } from './split.ts'
import { type Content, contentOf } from './version.ts'

/** Whether a person asked to have forgotten what is of this time, milliseconds since 1970. */
export type IsForgotten = (subject: string, eventTimeMs: number) => boolean

/** Bodies of a version's files, by split. */
export type Texts = Readonly<Record<string, string>>

/** A version without people who are forgotten. */
export interface Rewritten {
  readonly files: readonly SplitFile[]
  /** Undefined where nothing is left to train or to test on. */
  readonly made: { readonly content: Content; readonly folder: string } | undefined
  /** Lines that went. */
  readonly removed: number
  /** Whose lines went, sorted. */
  readonly subjects: readonly string[]
}

interface Line {
  readonly text: string
  readonly isReadable: boolean
  readonly subject: string
  readonly eventTimeMs: number
  readonly label: string
  readonly source: 'human' | 'production'
}

const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What JSON text says; undefined where it is none. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const metadataOf = (line: string): Readonly<Record<string, unknown>> | undefined => {
  const read = parsed(line)
  if (typeof read !== 'object' || read === null || !('metadata' in read)) return undefined
  const { metadata } = read
  return typeof metadata === 'object' && metadata !== null ? { ...metadata } : undefined
}

const lineOf = (text: string): Line => {
  const metadata = metadataOf(text)
  const eventTimeMs = metadata?.['eventTimeMs']
  return {
    text,
    isReadable: metadata !== undefined,
    subject: stringOf(metadata?.['subject']),
    eventTimeMs: typeof eventTimeMs === 'number' ? eventTimeMs : 0,
    label: stringOf(metadata?.['label']),
    source: metadata?.['servedBy'] === 'human' ? 'human' : 'production',
  }
}

const linesOf = (body: string): readonly Line[] =>
  body
    .split('\n')
    .filter((line) => line !== '')
    .map(lineOf)

/** A line that can't be read goes too: nobody could say whose it is. */
const isGone = ({ isReadable, subject, eventTimeMs }: Line, isForgotten: IsForgotten): boolean =>
  !isReadable || (subject !== '' && isForgotten(subject, eventTimeMs))

/** Whether a file holds a line of somebody who is forgotten. */
export const holdsForgotten = (body: string, isForgotten: IsForgotten): boolean =>
  linesOf(body).some((line) => isGone(line, isForgotten))

/**
 * The files of a version without the lines of people who are forgotten: every other line stays byte for byte, in its split and
 * order, so the same version and the same requests give the same bytes.
 */
export const rewrite = (
  version: Pick<Content, 'workload' | 'seed'>,
  texts: Texts,
  isForgotten: IsForgotten,
): Rewritten => {
  const read = splits.map((split) => ({ split, lines: linesOf(texts[split] ?? '') }))
  const gone = read.flatMap(({ lines }) => lines.filter((line) => isGone(line, isForgotten)))
  const kept = read.map(({ split, lines }) => ({
    split,
    lines: lines.filter((line) => !isGone(line, isForgotten)),
  }))
  const files = kept.map(({ split, lines }) => {
    const body = lines.map(({ text }) => `${text}\n`).join('')
    const sizeBytes = Buffer.byteLength(body)
    return { split, body, sha256: sha256(body), records: lines.length, sizeBytes }
  })
  const examples = kept.flatMap(({ lines }) => lines)
  return {
    files,
    made: contentOf(version.workload, files, examples, version.seed),
    removed: gone.length,
    subjects: [...new Set(gone.map(({ subject }) => subject))].filter(Boolean).sort(),
  }
}
