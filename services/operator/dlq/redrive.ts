import { type LetterClaim, type LetterDesk, placeOf, type RawMessage, type RawRecord } from '#kit'
import { type Letter, unsendable } from './letter.ts'
import { Marks } from './marks.ts'
import { isWhole, prove, redriven } from './proof.ts'

/** What became of one letter. */
export interface Redriven {
  readonly letter: Letter
  readonly sent: boolean
  /** Why it was not sent; how it was proved where it was. */
  readonly because: string
}

/** What is sent, and how sure one must be. */
export interface RedriveOptions {
  /** Also what Kafka no longer holds an original of. */
  readonly unproved: boolean
  /** Says what would be sent, and sends nothing. */
  readonly dryRun: boolean
}

const atOnceMax = 100
const atOnceBytesMax = 16_000_000

/** Letters of one partition, in order, in lots that fit into memory. */
export const lotsOf = (letters: readonly Letter[]): readonly (readonly Letter[])[] => {
  const lots: Letter[][] = []
  let bytes = 0
  for (const letter of letters) {
    const last = lots.at(-1)
    const fits = last !== undefined && last.length < atOnceMax
    if (fits && bytes + letter.sizeBytes <= atOnceBytesMax) last.push(letter)
    else {
      lots.push([letter])
      bytes = 0
    }
    bytes += letter.sizeBytes
  }
  return lots
}

/** Reads records wherever they stand: one visit a partition. */
const originals = async (
  desk: LetterDesk,
  letters: readonly Letter[],
): Promise<ReadonlyMap<string, RawRecord>> => {
  const places = letters.flatMap(({ source }) => (source === undefined ? [] : [source]))
  const found = new Map<string, RawRecord>()
  for (const [, wanted] of Map.groupBy(places, ({ topic, partition }) => `${topic}/${partition}`)) {
    const [first] = wanted
    if (first === undefined) continue
    const offsets = wanted.map(({ offset }) => offset)
    const records = await desk.recordsAt(first, offsets)
    for (const record of records.values()) found.set(placeOf(record.position), record)
  }
  return found
}

type Judged = Redriven & { readonly message?: RawMessage }

const judge = (
  letter: Letter,
  record: RawRecord | undefined,
  source: RawRecord | undefined,
  { unproved }: RedriveOptions,
): Judged => {
  const refuse = (because: string): Judged => ({ letter, sent: false, because })
  const never = unsendable(letter)
  if (never !== undefined) return refuse(never)
  if (record === undefined) return refuse('the letter is gone')
  const proof = prove(record, source)
  if (proof.kind === 'false') return refuse(`not the record it claims to be: ${proof.because}`)
  if (proof.kind === 'proved' && source !== undefined)
    return { letter, sent: true, because: 'original found', message: redriven(letter, source) }
  if (!isWhole(record)) return refuse('its original is gone, and the letter was cut')
  if (!unproved) return refuse('its original is gone: --unproved sends it all the same')
  return { letter, sent: true, because: 'unproved', message: redriven(letter, record) }
}

const sendLot = async (
  desk: LetterDesk,
  claim: LetterClaim,
  marks: Marks,
  lot: readonly Letter[],
  options: RedriveOptions,
): Promise<{ readonly judged: readonly Redriven[]; readonly marks: Marks }> => {
  const [first] = lot
  if (first === undefined) return { judged: [], marks }
  const offsets = lot.map(({ position }) => position.offset)
  const records = await desk.recordsAt(first.position, offsets)
  const sources = await originals(desk, lot)
  const judged = lot.map((letter) => {
    const { source, position } = letter
    const original = source === undefined ? undefined : sources.get(placeOf(source))
    if (marks.has(position.offset)) return { letter, sent: false, because: 'sent back before' }
    return judge(letter, records.get(position.offset), original, options)
  })
  const messages = judged.flatMap((each) => ('message' in each ? [each.message] : []))
  if (options.dryRun || messages.length === 0) return { judged, marks }
  const next = marks.with(
    judged.filter(({ sent }) => sent).map(({ letter }) => letter.position.offset),
  )
  const last = offsets.at(-1) ?? 0n
  await claim.commit(messages, last + 1n, next.text)
  return { judged, marks: next }
}

/**
 * Sends letters back to the topics that they came from, each once however often it is asked: the records and the marks of
 * their letters are one Kafka transaction. `onLot` hears of each lot when it is done. Throws `Transient` when Kafka did not
 * answer: ask again, the marks know what was sent.
 */
export const redriveLetters = async (
  desk: LetterDesk,
  letters: readonly Letter[],
  options: RedriveOptions,
  onLot: (judged: readonly Redriven[]) => void,
): Promise<void> => {
  const byPartition = Map.groupBy(letters, ({ position }) => position.partition)
  for (const [partition, own] of byPartition) {
    const [first] = own
    if (first === undefined) continue
    const sorted = [...own].sort((a, b) => (a.position.offset < b.position.offset ? -1 : 1))
    const claim = await desk.claim({ topic: first.position.topic, partition })
    try {
      let marks = Marks.parse(claim.marks).from(claim.lowest)
      for (const lot of lotsOf(sorted)) {
        const done = await sendLot(desk, claim, marks, lot, options)
        marks = done.marks
        onLot(done.judged)
      }
    } finally {
      await claim.close()
    }
  }
}
