import type { LetterDesk } from '#kit'
import { topics } from '#schemas'
import { type Choice, isChosen, type Letter, letterOf } from './letter.ts'
import { Marks } from './marks.ts'

/** A letter and whether it was sent back already. */
export interface ListedLetter extends Letter {
  readonly redriven: boolean
}

/** More are counted, not kept. */
export const lettersMax = 100_000

/** Letters of a service that were chosen, oldest first, and how many more were found than are kept. */
export interface Letters {
  readonly letters: readonly ListedLetter[]
  readonly more: number
}

/** Reads a service's dead letters without keeping a body. Throws `Transient` when Kafka can't be asked. */
export const readLetters = async (
  desk: LetterDesk,
  service: string,
  choice: Choice,
): Promise<Letters> => {
  const topic = topics.deadLettersOf(service)
  const found: Letter[] = []
  let more = 0
  await desk.readAll(topic, (record) => {
    const letter = letterOf(service, record)
    if (!isChosen(letter, choice)) return
    if (found.length < lettersMax) found.push(letter)
    else more += 1
  })
  const partitions = [...new Set(found.map(({ position }) => position.partition))]
  const marks = new Map<number, Marks>()
  for (const partition of partitions)
    marks.set(partition, Marks.parse(await desk.marksOf({ topic, partition })))
  const letters = found
    .map((letter) => {
      const { partition, offset } = letter.position
      return { ...letter, redriven: marks.get(partition)?.has(offset) === true }
    })
    .sort((a, b) => a.arrivedAtMs - b.arrivedAtMs)
  return { letters, more }
}
