import type { RawRecord } from '../../broker.ts'
import { Transient } from '../../errors.ts'
import { type Bounds, blockToken, pieceToken, repairToken } from './bounds.ts'

/** ClickHouse refuses these rows for what they are: another try won't help. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** A record that can't become a row, and why. */
export interface RejectedRow {
  readonly record: RawRecord
  /** One of a small fixed set. */
  readonly reason: string
}

/** Records as one RowBinary block; those that can't be rows are set aside. */
export interface EncodedBlock {
  readonly bytes: Uint8Array
  readonly accepted: readonly RawRecord[]
  readonly rejected: readonly RejectedRow[]
}

/** Encodes records; throws `Transient` when a schema can't be had now. The same records always give the same bytes. */
export type EncodeBlock = (records: readonly RawRecord[]) => Promise<EncodedBlock>

/** The table, as the commit protocol needs it. */
export interface BlockStore {
  /** Inserts one block under a deduplication token. `Transient` leaves the outcome unknown; `Refused` means no row was stored. */
  insert(bytes: Uint8Array, token: string): Promise<void>
  /** The offsets that the table holds within the bounds. */
  storedOffsets(bounds: Bounds): Promise<ReadonlySet<bigint>>
}

/** What storing one block needs besides its records. */
export interface StoreBlockOptions {
  readonly store: BlockStore
  readonly encode: EncodeBlock
  /** Tries until it goes well; tells about each failed try. */
  readonly patiently: <T>(attempt: () => Promise<T>, onFailure: () => void) => Promise<T>
  readonly onRepair: (rows: number) => void
}

const offsetsOf = (records: readonly RawRecord[]): bigint[] =>
  records.map(({ position }) => position.offset)

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
    await options.store.insert(
      bytes,
      pieceToken(bounds, first.position.offset, last.position.offset),
    )
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

const insertWhole = async (
  block: EncodedBlock,
  bounds: Bounds,
  options: StoreBlockOptions,
): Promise<readonly RejectedRow[]> => {
  try {
    await options.store.insert(block.bytes, blockToken(bounds))
    return []
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return insertPieces(block.accepted, bounds, options)
  }
}

/**
 * After an unknown outcome the token proves nothing: a crash between writing the token and the part makes every retry
 * succeed without a row. So the stored offsets are read back and what is missing is inserted under a new token.
 */
const verifyAndRepair = async (
  expected: readonly RawRecord[],
  bounds: Bounds,
  { store, encode, onRepair }: StoreBlockOptions,
): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    const stored = await store.storedOffsets(bounds)
    const missing = expected.filter(({ position }) => !stored.has(position.offset))
    if (missing.length === 0) return
    onRepair(missing.length)
    const { bytes } = await encode(missing)
    await store.insert(bytes, repairToken(bounds, attempt, offsetsOf(missing)))
    if (attempt >= 100) throw new Transient('ClickHouse acknowledges rows that it does not show')
  }
}

/**
 * What is known of a block before it is stored: nobody tried it (`new`), a process that is gone may have stored just these
 * bounds (`replayed`), or a block that began or ended elsewhere (`part`): then the old token is not ours to use.
 */
export type BlockHistory = 'new' | 'replayed' | 'part'

/** Stores the records of one block exactly once and returns those that can't be stored. */
export const storeBlock = async (
  records: readonly RawRecord[],
  bounds: Bounds,
  history: BlockHistory,
  options: StoreBlockOptions,
): Promise<readonly RejectedRow[]> => {
  let verify = history !== 'new'
  const doubt = (): void => {
    verify = true
  }
  const ignore = (): void => {}
  const block = await options.patiently(() => options.encode(records), ignore)
  if (block.accepted.length === 0) return block.rejected
  const refused =
    history === 'part'
      ? []
      : await options.patiently(() => insertWhole(block, bounds, options), doubt)
  const unstorable = new Set(refused.map(({ record }) => record))
  const expected = block.accepted.filter((record) => !unstorable.has(record))
  if (verify) await options.patiently(() => verifyAndRepair(expected, bounds, options), ignore)
  return [...block.rejected, ...refused]
}
