import { Transient } from '../errors.ts'

/** The work's result, or `Transient` when it takes longer; the work itself goes on unheard. */
export const within = async <Result>(
  work: Promise<Result>,
  limitMs: number,
  what: string,
): Promise<Result> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Transient(`${what} took longer than ${limitMs} ms`)),
    limitMs,
  )
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
