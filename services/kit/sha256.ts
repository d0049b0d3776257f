import { createHash } from 'node:crypto'

/**
 * The SHA-256 of a file's bytes in lower-case hex, as `sha256sum` prints it; text is taken as UTF-8. For files and
 * artifacts; ids come from `digest`.
 */
export const sha256 = (body: Uint8Array | string): string =>
  createHash('sha256').update(body).digest('hex')
