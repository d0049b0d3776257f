import type { RawRecord } from '../../broker.ts'
import { Transient } from '../../errors.ts'
import {
  type BlockStore,
  type EncodeBlock,
  type EncodedBlock,
  Refused,
  type RejectedRow,
} from './block-store.ts'
import { type Bounds, blockToken, pieceToken, repairToken, rowPlace, tableOnly } from './bounds.ts'

/** What storing one block needs besides its records. */
export interface StoreBlockOptions {
  readonly store: BlockStore
  readonly encode: EncodeBlock
  /** Tries until it goes well; tells about each failed try. */
  readonly patiently: <T>(attempt: () => Promise<T>, onFailure: () => void) => Promise<T>
  readonly onRepair: (rows: number) => void
  /**
   * The bounds that a process before us announced, where this block is only a part of them: its INSERT may still be on its
   * way, so that token is used up before anything is read back.
   */
  readonly announced?: Bounds | undefined
  /** Says in Kafka, before the first such insert, that rows of this block may stand under other tokens than the block's. */
  readonly announcePart: () => Promise<void>
}

const attemptsMax = 100

const placeOf = ({ position, timestampMs }: RawRecord): string =>
  rowPlace(position.offset, timestampMs)

const offsetsOf = (records: readonly RawRecord[]): bigint[] =>
  records.map(({ position }) => position.offset)

/** Sends one block under one token until ClickHouse answers; true when a try before it had an unknown outcome. */
const insertSurely = async (
  bytes: Uint8Array,
  token: string,
  options: StoreBlockOptions,
): Promise<boolean> => {
  let doubtful = false
  await options.patiently(
    () => options.store.insert(bytes, token),
    () => {
      doubtful = true
    },
  )
  return doubtful
}

/** Halves a refused block until the rows that ClickHouse can't take stand alone. */
const insertPieces = async (
  records: readonly RawRecord[],
  bounds: Bounds,
  options: StoreBlockOptions,
): Promise<readonly RejectedRow[]> => {
  const [first] = records
  const last = records.at(-1)
  if (first === undefined || last === undefined) return []
  const { bytes } = await options.encode(records)
  try {
    const token = pieceToken(bounds, first.position.offset, last.position.offset)
    await insertSurely(bytes, token, options)
    return []
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    if (records.length === 1) return [{ record: first, reason: 'refused by ClickHouse' }]
  }
  const middle = records.length >> 1
  const left = await insertPieces(records.slice(0, middle), bounds, options)
  const right = await insertPieces(records.slice(middle), bounds, options)
  return [...left, ...right]
}

interface Repair {
  readonly options: StoreBlockOptions
  /**
   * The whole block was acknowledged under its own token: views then have it, also where the table's token was burnt, since
   * each view deduplicates for itself.
   */
  readonly viewsHave: boolean
}

const insertMissing = async (
  missing: readonly RawRecord[],
  bounds: Bounds,
  attempt: number,
  { options, viewsHave }: Repair,
): Promise<readonly RejectedRow[]> => {
  try {
    const { bytes } = await options.encode(missing)
    const token = repairToken(bounds, attempt, offsetsOf(missing))
    await insertSurely(bytes, viewsHave ? tableOnly(token) : token, options)
    return []
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return insertPieces(missing, bounds, options)
  }
}

/**
 * Inserts what the table lacks of the expected records. After an unknown outcome the token proves nothing: a crash between
 * writing the token and the part makes every retry succeed without a row. So stored offsets are read back, and what is
 * missing goes in under a new token, again and again until nothing is.
 */
const repair = async (
  expected: readonly RawRecord[],
  bounds: Bounds,
  repairing: Repair,
): Promise<readonly RejectedRow[]> => {
  const { options } = repairing
  const refused = new Map<RawRecord, RejectedRow>()
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const stored = await options.store.storedPlaces(bounds)
    const missing = expected.filter(
      (record) => !stored.has(placeOf(record)) && !refused.has(record),
    )
    if (missing.length === 0) return [...refused.values()]
    options.onRepair(missing.length)
    const rows = await insertMissing(missing, bounds, attempt, repairing)
    for (const row of rows) refused.set(row.record, row)
  }
  throw new Transient('ClickHouse acknowledges rows that it does not show')
}

/**
 * What is known of a block before it is stored: nobody tried it (`new`), a process that is gone may have stored just these
 * bounds (`replayed`), or a block that began or ended elsewhere (`part`): then the old token is not ours to use.
 */
export type BlockHistory = 'new' | 'replayed' | 'part'

/** Inserts the whole block under its token, and says what that proves. */
const insertWhole = async (
  { bytes }: EncodedBlock,
  bounds: Bounds,
  options: StoreBlockOptions,
): Promise<'acknowledged' | 'doubtful' | 'refused'> => {
  try {
    const doubtful = await insertSurely(bytes, blockToken(bounds), options)
    return doubtful ? 'doubtful' : 'acknowledged'
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    await options.announcePart()
    return 'refused'
  }
}

/** Once its token is used up, a late INSERT of the longer block brings nothing. What this one brings is read back. */
const useUp = async ({ bytes }: EncodedBlock, options: StoreBlockOptions): Promise<void> => {
  if (options.announced === undefined) return
  try {
    await insertSurely(bytes, blockToken(options.announced), options)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}

/** Stores the records of one block exactly once and returns those that can't be stored. */
export const storeBlock = async (
  records: readonly RawRecord[],
  bounds: Bounds,
  history: BlockHistory,
  options: StoreBlockOptions,
): Promise<readonly RejectedRow[]> => {
  const ignore = (): void => {}
  const block = await options.patiently(() => options.encode(records), ignore)
  if (block.accepted.length === 0) return block.rejected
  if (history === 'part') {
    await useUp(block, options)
    await options.announcePart()
  }
  const whole = history === 'part' ? 'refused' : await insertWhole(block, bounds, options)
  if (whole === 'acknowledged' && history === 'new') return block.rejected
  const repairing = { options, viewsHave: whole !== 'refused' }
  const refused = await options.patiently(() => repair(block.accepted, bounds, repairing), ignore)
  return [...block.rejected, ...refused]
}
