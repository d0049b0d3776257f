import type { Position } from './arrived.ts'
import type { RawRecord } from './broker.ts'

/** Headers of a record that an operator sent back from dead letters: for whom, whose copy it is, and by which letter. */
export const redriveHeaders = {
  /** `<service>.<processor>` that rejected it: everybody else has the original and leaves this one alone. */
  for: 'flywheel.redrive.for',
  /** Where the original stood, `topic/partition/offset`. */
  of: 'flywheel.redrive.of',
  /** Where its dead letter stood, `topic/partition/offset`. */
  letter: 'flywheel.redrive.letter',
} as const

/** `topic/partition/offset`. */
export const placeOf = ({ topic, partition, offset }: Position): string =>
  `${topic}/${partition}/${offset}`

/** Whether a record was sent back from dead letters for somebody else than `<service>.<processor>`. */
export const isRedrivenForOther = ({ headers }: RawRecord, name: string): boolean => {
  const wanted = headers[redriveHeaders.for]
  return wanted !== undefined && wanted.toString() !== name
}

/** Whether a record was sent back from dead letters. */
export const isRedriven = ({ headers }: RawRecord): boolean =>
  headers[redriveHeaders.for] !== undefined
