import { topics } from '#schemas'
import type { Choice } from './letter.ts'

/** A wrong word of the person who calls; the message says what would be right. */
export class WrongArgument extends Error {
  override readonly name = 'WrongArgument'
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A service that has dead letters. Throws `WrongArgument`. */
export const serviceOf = (word: string | undefined): string => {
  const known = topics.servicesWithDeadLetters.find((service) => service === word)
  if (known !== undefined) return known
  const names = topics.servicesWithDeadLetters.join(', ')
  throw new WrongArgument(`${word ?? 'nothing'} is no service; services: ${names}`)
}

/** `30m`, `2h` or `1d` before now, as milliseconds since 1970; 0 where nothing was given. Throws `WrongArgument`. */
export const sinceOf = (word: string | undefined, nowMs: number): number => {
  if (word === undefined) return 0
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(word) ?? []
  const ms = unitMs[unit]
  if (ms === undefined) throw new WrongArgument(`--since ${word}: say 30m, 2h or 1d`)
  return nowMs - Number(count) * ms
}

/** Offsets separated by commas. Throws `WrongArgument`. */
export const offsetsOf = (word: string | undefined): readonly bigint[] =>
  (word ?? '')
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      if (!/^\d{1,18}$/.test(part.trim())) throw new WrongArgument(`${part} is no offset`)
      return BigInt(part.trim())
    })

/** A letter by its name. */
export interface LetterName {
  readonly service: string
  readonly partition: number
  readonly offset: bigint
}

/** `service/offset` or `service/partition/offset`. Throws `WrongArgument`. */
export const letterNameOf = (word: string | undefined): LetterName => {
  const [, service, partition, offset] =
    /^([a-z-]+)(?:\/(\d{1,9}))?\/(\d{1,18})$/.exec(word ?? '') ?? []
  if (offset === undefined)
    throw new WrongArgument(`${word ?? 'nothing'} is no letter: say curator/12, as list does`)
  return {
    service: serviceOf(service),
    partition: Number(partition ?? 0),
    offset: BigInt(offset),
  }
}

/** What the options choose. Throws `WrongArgument`. */
export const choiceOf = (
  given: { readonly reason?: string; readonly offset?: string; readonly since?: string },
  nowMs: number,
): Choice => ({
  reason: given.reason ?? '',
  offsets: offsetsOf(given.offset),
  sinceMs: sinceOf(given.since, nowMs),
})
