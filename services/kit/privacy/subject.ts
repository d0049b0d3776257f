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
