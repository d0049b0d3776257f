import { digest } from '../../digest.ts'

/** An unbroken stretch of one partition that is inserted as one block; both ends are offsets of records. */
export interface Bounds {
  readonly topic: string
  readonly partition: number
  readonly low: bigint
  readonly high: bigint
}

/** What an earlier process announced and may have stored. */
export interface Intent {
  readonly high: bigint
  /** The rest of a stretch that was announced as a longer one: its rows may stand under the longer one's token. */
  readonly part: boolean
}

/** What is committed beside the low offset before the insert: where the block will end. */
export const intentText = ({ high, part }: Intent): string =>
  JSON.stringify({ high: String(high), ...(part ? { part } : {}) })

/** The intended block, or undefined when the last one was finished. Throws on text that is not ours. */
export const readIntent = (metadata: string): Intent | undefined => {
  if (metadata === '') return undefined
  const parsed: unknown = JSON.parse(metadata)
  if (typeof parsed !== 'object' || parsed === null || !('high' in parsed))
    throw new Error(`the group's offset metadata is not a sink's: ${metadata.slice(0, 100)}`)
  return { high: BigInt(String(parsed.high)), part: 'part' in parsed && parsed.part === true }
}

/** The deduplication token of a block: the same bounds always carry the same one. */
export const blockToken = ({ topic, partition, low, high }: Bounds): string =>
  `${topic}:${partition}:${low}-${high}`

/**
 * The token of a repair: bounds, attempt and the missing offsets, never the process, so that a zombie and its successor
 * who repair the same rows are one insert.
 */
export const repairToken = (bounds: Bounds, attempt: number, missing: readonly bigint[]): string =>
  `${blockToken(bounds)}:repair-${attempt}:${digest(...missing.map(String)).slice(0, 16)}`

/** The token of a part of a block that ClickHouse refused as a whole. */
export const pieceToken = (bounds: Bounds, first: bigint, last: bigint): string =>
  `${blockToken(bounds)}:piece-${first}-${last}`
