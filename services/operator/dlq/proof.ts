import { placeOf, type RawMessage, type RawRecord, redriveHeaders } from '#kit'
import type { Letter } from './letter.ts'

/** What the record itself, where it still stands, says of a letter that claims to be its copy. */
export type Proof =
  /** Byte for byte the record that Kafka holds at the place that the letter names. */
  | { readonly kind: 'proved' }
  /** Kafka no longer holds it: nobody can tell any more. */
  | { readonly kind: 'gone' }
  /** Another record stands there: somebody else wrote this letter. */
  | { readonly kind: 'false'; readonly because: string }

const isSame = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b)

/** A body that was cut must be the beginning of the record's. */
const isBeginning = (letter: Buffer | null, source: Buffer | null, wholeBytes: number): boolean =>
  letter !== null &&
  source !== null &&
  source.byteLength === wholeBytes &&
  source.subarray(0, letter.byteLength).equals(letter)

const cutFrom = ({ headers }: RawRecord): number | undefined => {
  const told = headers['flywheel.truncated.from.bytes']?.toString()
  return told === undefined ? undefined : Number(told)
}

/** Compares a letter with the record at the place that it names. */
export const prove = (letter: RawRecord, source: RawRecord | undefined): Proof => {
  if (source === undefined) return { kind: 'gone' }
  const leftOut = letter.headers['flywheel.left.out']?.toString() ?? ''
  const keyless = source.key === null || source.key.byteLength === 0 || leftOut.includes('key')
  if (!keyless && !isSame(letter.key, source.key)) return { kind: 'false', because: 'another key' }
  const cut = cutFrom(letter)
  const same =
    cut === undefined
      ? isSame(letter.value, source.value)
      : isBeginning(letter.value, source.value, cut)
  return same ? { kind: 'proved' } : { kind: 'false', because: 'another body' }
}

/** The record as it first came, marked for the one that rejected it; `whole` is the original or, where that is gone, the letter. */
export const redriven = (letter: Letter, whole: RawRecord): RawMessage => {
  const { source, position, rejectedBy } = letter
  if (source === undefined) throw new Error('a letter without a source')
  const headers = Object.fromEntries(
    Object.entries(whole.headers).filter(
      ([name]) => !name.startsWith('__connect.errors.') && !name.startsWith('flywheel.'),
    ),
  )
  const hasKey = whole.key !== null && whole.key.byteLength > 0
  return {
    topic: source.topic,
    key: hasKey ? whole.key : placeOf(source),
    value: whole.value,
    headers: {
      ...headers,
      [redriveHeaders.for]: rejectedBy,
      [redriveHeaders.of]: placeOf(source),
      [redriveHeaders.letter]: placeOf(position),
    },
  }
}

/** Whether a letter holds its record whole, so that it may stand in for an original that is gone. */
export const isWhole = (letter: RawRecord): boolean =>
  cutFrom(letter) === undefined && letter.headers['flywheel.left.out'] === undefined
