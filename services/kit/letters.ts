import type { Position } from './arrived.ts'
import type { RawMessage, RawRecord } from './broker.ts'
import type { Logger } from './outside.ts'

/** The right to mark the letters of one partition; whoever asks later takes it over. */
export interface LetterClaim {
  /** The text beside the marks of the last redrive; empty where there was none. */
  readonly marks: string
  /** The oldest offset that the partition still holds. */
  readonly lowest: bigint
  /** Sends records and replaces the text, both or neither. Throws `Transient` when the outcome is not known: read the marks again. */
  commit(messages: readonly RawMessage[], nextOffset: bigint, marks: string): Promise<void>
  close(): Promise<void>
}

/** Dead letters as an operator's program needs them. */
export interface LetterDesk {
  /** Hands over every record of a topic that is readable now, oldest first within a partition. */
  readAll(topic: string, take: (record: RawRecord) => void): Promise<void>
  /** The records at these offsets; those that Kafka no longer has are missing. */
  recordsAt(
    place: Omit<Position, 'offset'>,
    offsets: readonly bigint[],
  ): Promise<ReadonlyMap<bigint, RawRecord>>
  /** The marks beside a partition's letters, for reading only. */
  marksOf(place: Omit<Position, 'offset'>): Promise<string>
  claim(place: Omit<Position, 'offset'>): Promise<LetterClaim>
  close(): Promise<void>
}

/** Where the desk finds Kafka, and the largest record that its topics take. */
export interface LetterDeskOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly log: Logger
  readonly messageBytesMax: number
}
