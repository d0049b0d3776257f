import { createHmac } from 'node:crypto'

const keyBytesMin = 16

/**
 * The pseudonym of an end user: HMAC-SHA256 (RFC 2104) in lower-case hex, 64 characters. The same
 * person has the same pseudonym as long as the key lives; without the key it can't be tried out.
 *
 * @param key - at least 16 bytes; a string counts as UTF-8
 * @param endUser - the id as the application gave it; surrounding blanks don't count
 * @returns the pseudonym, or an empty string for an empty id
 * @throws RangeError if the key is too short
 */
export const subjectOf = (key: string | Uint8Array, endUser: string): string => {
  const secret = typeof key === 'string' ? Buffer.from(key, 'utf8') : key
  if (secret.length < keyBytesMin) {
    throw new RangeError(`the subject key needs at least ${keyBytesMin} bytes`)
  }
  const id = endUser.trim()
  return id === '' ? '' : createHmac('sha256', secret).update(id, 'utf8').digest('hex')
}

/**
 * Whether a record of a person is one that they asked to have forgotten: everything from up to their request, by the earliest
 * of the record's times (milliseconds since 1970), since a record that is published again is still from before. What comes
 * later is not. A request without a time holds for ever.
 */
export const forgets = (
  request: { readonly requestedAtMs: number } | undefined,
  ...timesMs: readonly number[]
): boolean =>
  request !== undefined &&
  (request.requestedAtMs === 0 || Math.min(...timesMs) <= request.requestedAtMs)
