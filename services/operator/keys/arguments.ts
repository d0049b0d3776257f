import { clientPattern, type Scope } from '#kit'

/** What a person got wrong on the command line; its message is for him. */
export class WrongArgument extends Error {
  override readonly name = 'WrongArgument'
}

const known: readonly Scope[] = ['publish', 'infer']

const isScope = (word: string): word is Scope => known.some((scope) => scope === word)

/** Scopes from words such as `publish,infer`. */
export const scopesOf = (words = ''): readonly Scope[] => {
  const scopes = [...new Set(words.split(',').map((word) => word.trim()))]
  if (!scopes.every(isScope)) throw new WrongArgument('--scopes takes publish, infer or both.')
  return scopes
}

/** A client's name, as logs will show it. */
export const clientOf = (name = ''): string => {
  if (clientPattern.test(name)) return name
  throw new WrongArgument('--client takes letters, digits and . _ : @ -, at most 128.')
}

const unitMs = { h: 3_600_000, d: 86_400_000 } as const

/** When a key that is made now ends, from words such as `90d` or `12h`; undefined for never. */
export const expiryOf = (words: string | undefined, nowMs: number): string | undefined => {
  if (words === undefined) return undefined
  const [, count, unit] = /^([1-9]\d{0,4})([hd])$/.exec(words) ?? []
  if (count === undefined || unit === undefined)
    throw new WrongArgument('--expires takes a number of hours or days, such as 12h or 90d.')
  return new Date(nowMs + Number(count) * unitMs[unit as keyof typeof unitMs]).toISOString()
}
