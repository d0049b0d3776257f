/** What a person got wrong on the command line; its message is for them. */
export class WrongArgument extends Error {
  override readonly name = 'WrongArgument'
}

/** Longest pseudonym that is taken: the topic's key. */
const pseudonymCharactersMax = 256

/** The words of the command line. */
export interface Words {
  readonly positionals: readonly string[]
  readonly hash?: string | undefined
}

/** Who is meant: an end user's id as the apps give it, or the pseudonym that is in the logs. */
export type Who =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'pseudonym'; readonly subject: string }

/** Reads who is meant. Throws `WrongArgument` unless exactly one is named. */
export const whoOf = ({ positionals, hash }: Words): Who => {
  const [id = '', ...more] = positionals.map((word) => word.trim())
  if (more.length > 0 || (id === '') === (hash === undefined))
    throw new WrongArgument('Name one person: the id that the apps send, or --hash HASH.')
  if (hash === undefined) return { kind: 'id', id }
  const subject = hash.trim()
  if (subject === '' || subject.length > pseudonymCharactersMax)
    throw new WrongArgument('--hash takes the subject as it stands in inference_logs.')
  return { kind: 'pseudonym', subject }
}

/** A number of seconds, such as how long to wait. */
export const secondsOf = (word: string): number => {
  if (/^\d{1,6}$/.test(word)) return Number(word)
  throw new WrongArgument('--wait takes a whole number of seconds.')
}
