import { digest } from '../../digest.ts'

/** An unbroken stretch of one partition that is inserted as one block; both ends are offsets of records. */
export interface Bounds {
  readonly topic: string
  readonly partition: number
  readonly low: bigint
  readonly high: bigint
  /** When Kafka took the first record: a topic that was made anew has the same offsets again, at another time. */
  readonly sinceMs: number
}

/** What an earlier process announced and may have stored. */
export interface Intent {
  readonly high: bigint
  /** When Kafka took the first record; -1 when that is not known. */
  readonly sinceMs: number
  /** The rest of a stretch that was announced as a longer one: its rows may stand under the longer one's token. */
  readonly part: boolean
}

/** What stands beside a committed offset. */
export interface CommitText {
  /** The block that was announced; undefined when the last one was finished. */
  readonly intent?: Intent | undefined
  /** When Kafka took the last record below the offset; by it the broker knows a topic that was made anew. */
  readonly lastMs?: number | undefined
}

/** The text that is committed beside an offset. */
export const commitText = ({ intent, lastMs }: CommitText): string =>
  intent === undefined && lastMs === undefined
    ? ''
    : JSON.stringify({
        ...(intent === undefined ? {} : { high: String(intent.high), since: intent.sinceMs }),
        ...(intent?.part === true ? { part: true } : {}),
        ...(lastMs === undefined ? {} : { at: lastMs }),
      })

/** What stands beside a committed offset. Throws on text that is not ours. */
export const readCommitText = (metadata: string): CommitText => {
  if (metadata === '') return {}
  const parsed: unknown = JSON.parse(metadata)
  if (typeof parsed !== 'object' || parsed === null || !('high' in parsed || 'at' in parsed))
    throw new Error(`the group's offset metadata is not a sink's: ${metadata.slice(0, 100)}`)
  const lastMs = 'at' in parsed ? Number(parsed.at) : undefined
  if (!('high' in parsed)) return { lastMs }
  const sinceMs = 'since' in parsed ? Number(parsed.since) : -1
  const part = ('part' in parsed && parsed.part === true) || sinceMs === -1
  return { intent: { high: BigInt(String(parsed.high)), sinceMs, part }, lastMs }
}

/** The deduplication token of a block: the same bounds of the same topic always carry the same one. */
export const blockToken = ({ topic, partition, low, high, sinceMs }: Bounds): string =>
  `${topic}:${partition}:${low}-${high}@${sinceMs}`

/** Tells one record's row from that of another topic of the same name: where it stands, and when Kafka took it. */
export const rowPlace = (offset: bigint, arrivedMs: number): string => `${offset}@${arrivedMs}`

/**
 * The token of a repair: bounds, attempt and the missing offsets, never the process, so that a zombie and its successor
 * who repair the same rows are one insert.
 */
export const repairToken = (bounds: Bounds, attempt: number, missing: readonly bigint[]): string =>
  `${blockToken(bounds)}:repair-${attempt}:${digest(...missing.map(String)).slice(0, 16)}`

/** The token of a part of a block that ClickHouse refused as a whole. */
export const pieceToken = (bounds: Bounds, first: bigint, last: bigint): string =>
  `${blockToken(bounds)}:piece-${first}-${last}`

/** A view that counts leaves out inserts of such a token: `NOT endsWith(getSetting('insert_deduplication_token'), ':table-only')`. */
export const tableOnly = (token: string): string => `${token}:table-only`
