import { topics } from '#schemas'
import { MessageRefused } from '../../broker.ts'
import { withPatience } from '../patience.ts'
import { deadLetter, decidedFault, keepBodies } from '../processor/dead-letter.ts'
import type { RejectedRow } from './block-store.ts'
import type { Machine } from './machine.ts'

/** A cluster whose dead-letter topic takes less than it is said to gets ever shorter letters, down to this. */
const letterBytesMin = 10_000

const publishLetters = async (
  rows: readonly RejectedRow[],
  messageBytesMax: number,
  { sink, surroundings, pauses: waiting }: Machine,
  until: AbortSignal,
): Promise<void> => {
  const { broker, clock, objects } = surroundings
  const rejecter = { service: sink.service, name: sink.name, messageBytesMax }
  const letters = rows.map(({ record, reason }) =>
    deadLetter(record, decidedFault('VALUE_CONVERTER', reason), rejecter),
  )
  const messages = letters.map(({ message }) => message)
  const send = async (): Promise<void> => {
    await keepBodies(letters, objects)
    await broker.produce(messages)
  }
  await withPatience(send, clock, waiting.watch('dead letters'), until)
}

/** Sends rejected rows to dead letters; resolves when Kafka has acknowledged them. Until `lost` aborts. */
export const rejectOf = (machine: Machine, lost: AbortSignal) => {
  const { sink, surroundings, meters } = machine
  const own = topics.deadLettersOf(sink.service)
  const until = AbortSignal.any([lost, surroundings.signal])
  const publish = async (rows: readonly RejectedRow[], bytesMax: number): Promise<void> => {
    try {
      await publishLetters(rows, bytesMax, machine, until)
    } catch (error) {
      if (!(error instanceof MessageRefused) || bytesMax <= letterBytesMin) throw error
      await publish(rows, Math.max(letterBytesMin, bytesMax >> 2))
    }
  }
  return async (rows: readonly RejectedRow[]): Promise<void> => {
    const letters = rows.filter(({ record }) => record.position.topic !== own)
    if (letters.length > 0) await publish(letters, surroundings.settings.kafkaDeadLetterBytesMax)
    for (const { reason } of letters) {
      meters.outcome('reject', reason)
      meters.deadLetter(reason)
    }
    for (const { record, reason } of rows) {
      if (record.position.topic !== own) continue
      // A letter about a letter would come back here for ever.
      const offset = String(record.position.offset)
      surroundings.log.error({ offset, because: reason }, 'an own dead letter is dropped')
      meters.outcome('drop', 'own dead letter')
    }
  }
}
