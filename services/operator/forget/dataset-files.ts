import { readJson } from '#kit'

/** What a removed version's receipt says. */
export interface DatasetReceipt {
  readonly datasetVersion: string
  /** Empty where too little was left for a version. */
  readonly rewrittenAs: string
  readonly subjects: readonly string[]
}

/** A file of examples. */
export const isExamples = (path: string): boolean => path.endsWith('.jsonl')

/** A receipt beside a manifest. */
export const isReceipt = (path: string): boolean => /\/forgotten-[0-9a-f]+\.json$/.test(path)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const recordIn = (json: string): Readonly<Record<string, unknown>> | undefined => {
  const read = readJson(json)
  return 'value' in read && isRecord(read.value) ? read.value : undefined
}

/** Reads a receipt; undefined for something else. */
export const receiptIn = (text: string): DatasetReceipt | undefined => {
  const read = recordIn(text)
  if (read === undefined || !Array.isArray(read['subjects'])) return undefined
  return {
    datasetVersion: String(read['datasetVersion']),
    rewrittenAs: String(read['rewrittenAs']),
    subjects: read['subjects'].map(String),
  }
}

/** True when a file holds an example of the person from up to a time, milliseconds since 1970 UTC. */
export const holdsPerson = (jsonl: string, subject: string, untilMs: number): boolean =>
  jsonl.includes(JSON.stringify(subject)) &&
  jsonl.split('\n').some((line) => {
    const metadata = line.includes(subject) ? recordIn(line)?.['metadata'] : undefined
    return (
      isRecord(metadata) &&
      metadata['subject'] === subject &&
      Number(metadata['eventTimeMs'] ?? 0) <= untilMs
    )
  })
