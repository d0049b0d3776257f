import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import type { RawMessage } from '../broker.ts'
import type { FileLayer } from './file-layer.ts'
import {
  type Framed,
  frameOf,
  nonceOf,
  readSegment,
  segmentHead,
  segmentNonceBytes,
} from './frames.ts'
import { oneAtATime } from './one-at-a-time.ts'

/** There is no room in the folder for more. */
export class SpillFull extends Error {
  override readonly name = 'SpillFull'
}

/** Why a record on disk is not sent: its bytes changed, a kill left half of it, or it lay there too long. */
export type SpillLoss = 'corrupt' | 'torn' | 'too old'

/** Records in a folder of files, first in, first out. It survives a kill at any time; what was taken last may come again. */
export interface Journal {
  /** Resolves when the disk has all of them. Throws `SpillFull`, or what the disk says; then none is kept. */
  append(messages: readonly RawMessage[]): Promise<void>
  /** The oldest records, at most so many; none where the journal is empty. */
  oldest(recordsMax: number): Promise<readonly RawMessage[]>
  /** Forgets so many of the oldest. */
  took(records: number): Promise<void>
  sizeBytes(): number
}

/** How large and old a journal may get, and who is told of what is lost. */
export interface JournalOptions {
  readonly files: FileLayer
  readonly folder: string
  readonly bytesMax: number
  readonly ageMaxMs: number
  readonly nowMs: () => number
  readonly lost: (records: number, because: SpillLoss) => void
  /** Size at which a segment is closed; 8,000,000 unless set. */
  readonly segmentBytes?: number
}

interface Segment {
  readonly path: string
  readonly nonce: Buffer | undefined
  sizeBytes: number
}

/** The oldest segment, read whole. */
interface Head {
  readonly segment: Segment
  /** Its name and nonce: a name alone may come again. */
  readonly identity: string
  readonly framed: readonly Framed[]
  index: number
}

const cursorName = 'cursor'
const segmentPattern = /^(\d{12})[.]spill$/

const readCursor = async (files: FileLayer, path: string): Promise<Record<string, unknown>> => {
  try {
    return Object(JSON.parse((await files.read(path)).toString()))
  } catch {
    // Without a cursor the segment is sent from its beginning again.
    return {}
  }
}

class FileJournal implements Journal {
  readonly #options: JournalOptions
  readonly #segments: Segment[]
  readonly #inTurn = oneAtATime()
  #nextNumber: number
  #tail: Segment | undefined
  #head: Head | undefined

  constructor(options: JournalOptions, segments: Segment[], nextNumber: number) {
    this.#options = options
    this.#segments = segments
    this.#nextNumber = nextNumber
  }

  append(messages: readonly RawMessage[]): Promise<void> {
    return this.#inTurn(() => this.#append(messages))
  }

  oldest(recordsMax: number): Promise<readonly RawMessage[]> {
    return this.#inTurn(() => this.#oldest(recordsMax))
  }

  took(records: number): Promise<void> {
    return this.#inTurn(() => this.#took(records))
  }

  sizeBytes(): number {
    return this.#segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  }

  async #append(messages: readonly RawMessage[]): Promise<void> {
    const { files, bytesMax, segmentBytes = 8_000_000, nowMs } = this.#options
    const tail = this.#tail ?? this.#newSegment()
    const nonce = tail.nonce ?? Buffer.alloc(segmentNonceBytes)
    const atMs = nowMs()
    const frames = messages.map((message) => frameOf(message, atMs, nonce))
    const bytes = Buffer.concat(tail.sizeBytes === 0 ? [segmentHead(nonce), ...frames] : frames)
    if (this.sizeBytes() + bytes.length > bytesMax) throw new SpillFull('the folder is full')
    if (this.#tail === undefined) this.#segments.push(tail)
    // Known as the tail again only when the disk has it: what follows half a frame would not be found.
    this.#tail = undefined
    try {
      await files.append(tail.path, bytes)
    } catch (error) {
      await files.truncate(tail.path, tail.sizeBytes).catch(() => undefined)
      throw error
    }
    tail.sizeBytes += bytes.length
    if (tail.sizeBytes < segmentBytes) this.#tail = tail
  }

  #newSegment(): Segment {
    const name = `${String(this.#nextNumber++).padStart(12, '0')}.spill`
    const nonce = randomBytes(segmentNonceBytes)
    return { path: `${this.#options.folder}/${name}`, nonce, sizeBytes: 0 }
  }

  async #oldest(recordsMax: number): Promise<readonly RawMessage[]> {
    for (;;) {
      this.#head ??= await this.#openHead()
      const head = this.#head
      if (head === undefined) return []
      this.#expire(head)
      const some = head.framed.slice(head.index, head.index + recordsMax)
      if (some.length > 0) return some.map(({ message }) => message)
      await this.#dropHead()
    }
  }

  #expire(head: Head): void {
    const { ageMaxMs, nowMs, lost } = this.#options
    const oldestMs = nowMs() - ageMaxMs
    const from = head.index
    while ((head.framed[head.index]?.writtenAtMs ?? oldestMs) < oldestMs) head.index += 1
    if (head.index > from) lost(head.index - from, 'too old')
  }

  async #openHead(): Promise<Head | undefined> {
    const [segment] = this.#segments
    if (segment === undefined) return undefined
    // What is read is written no more.
    if (segment === this.#tail) this.#tail = undefined
    const { files, folder, lost } = this.#options
    const bytes = await files.read(segment.path)
    const { framed, corrupt, torn } = readSegment(bytes)
    if (corrupt > 0) lost(corrupt, 'corrupt')
    if (torn > 0) lost(torn, 'torn')
    const cursor = await readCursor(files, `${folder}/${cursorName}`)
    const identity = `${basename(segment.path)} ${nonceOf(bytes).toString('hex')}`
    const taken = cursor['segment'] === identity ? Number(cursor['end']) : 0
    return { segment, identity, framed: framed.filter(({ end }) => !(end <= taken)), index: 0 }
  }

  async #took(records: number): Promise<void> {
    const head = this.#head
    if (head === undefined) return
    head.index += records
    if (head.index >= head.framed.length) return this.#dropHead()
    const { files, folder } = this.#options
    const cursor = { segment: head.identity, end: head.framed[head.index - 1]?.end ?? 0 }
    await files.replace(`${folder}/${cursorName}`, Buffer.from(JSON.stringify(cursor)))
  }

  async #dropHead(): Promise<void> {
    const segment = this.#segments.shift()
    this.#head = undefined
    if (segment !== undefined) await this.#options.files.remove(segment.path)
  }
}

/** Opens the journal in a folder, as it was left; the folder must be there, and nobody else may use it. */
export const openJournal = async (options: JournalOptions): Promise<Journal> => {
  const { files, folder } = options
  const names = (await files.names(folder)).filter((name) => segmentPattern.test(name))
  const segments: Segment[] = []
  for (const name of names) {
    const path = `${folder}/${name}`
    segments.push({ path, nonce: undefined, sizeBytes: await files.sizeBytes(path) })
  }
  const last = segmentPattern.exec(names.at(-1) ?? '')?.[1] ?? '0'
  return new FileJournal(options, segments, Number(last) + 1)
}
