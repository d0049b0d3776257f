import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Scope } from '../route.ts'

/** What the file of keys says of a key; the key itself stands nowhere. */
export interface ApiKey {
  /** Part of the key; not secret. */
  readonly id: string
  /** Whose key it is: the `client` of what comes with it. */
  readonly client: string
  readonly scopes: readonly Scope[]
  /** HMAC-SHA-256 of the whole key under the secret, hexadecimal. */
  readonly hash: string
  readonly createdAt: string
  readonly expiresAt?: string | undefined
  readonly disabled: boolean
}

/** A secret shorter than this can be guessed. */
export const secretBytesMin = 32

const idBytes = 6
const secretPartBytes = 32
const keyPattern = /^fw_([0-9a-f]{12})_[\w-]{43}$/

/** How a client may be named. */
export const clientPattern = /^[\w.:@-]{1,128}$/

const line = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  client: z.string().regex(clientPattern),
  scopes: z.array(z.enum(['publish', 'infer'])).min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
  disabled: z.boolean(),
})

const hashOf = (key: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(key).digest()

/** Makes a key and its line for the file. The key can't be had again. */
export const createApiKey = (
  wish: Pick<ApiKey, 'client' | 'scopes' | 'expiresAt'>,
  secret: string,
  nowMs: number,
): { readonly key: string; readonly entry: ApiKey } => {
  const id = randomBytes(idBytes).toString('hex')
  const key = `fw_${id}_${randomBytes(secretPartBytes).toString('base64url')}`
  const { client, scopes, expiresAt } = wish
  return {
    key,
    entry: {
      id,
      client,
      scopes,
      hash: hashOf(key, secret).toString('hex'),
      createdAt: new Date(nowMs).toISOString(),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      disabled: false,
    },
  }
}

const readLine = (text: string): ApiKey | undefined => {
  try {
    return line.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/**
 * Reads a file of keys: one JSON object a line; of several with one id, the last one counts. The fault names the line and quotes
 * nothing of it.
 */
export const readApiKeys = (
  text: string,
): { readonly keys: ReadonlyMap<string, ApiKey> } | { readonly fault: string } => {
  const keys = new Map<string, ApiKey>()
  for (const [index, each] of text.split('\n').entries()) {
    if (each.trim() === '') continue
    const key = readLine(each)
    if (key === undefined) return { fault: `line ${index + 1} is no key` }
    keys.set(key.id, key)
  }
  return { keys }
}

const nobody = Buffer.alloc(32)

/** Whose key this is; undefined where it is none, or is disabled or expired. Takes as long for a wrong key as for a right one. */
export const findApiKey = (
  key: string,
  keys: ReadonlyMap<string, ApiKey>,
  secret: string,
  nowMs: number,
): ApiKey | undefined => {
  const id = keyPattern.exec(key)?.[1]
  const found = id === undefined ? undefined : keys.get(id)
  const hash = found === undefined ? nobody : Buffer.from(found.hash, 'hex')
  const isRight = timingSafeEqual(hashOf(key, secret), hash)
  if (found === undefined || !isRight || found.disabled) return undefined
  return found.expiresAt !== undefined && Date.parse(found.expiresAt) <= nowMs ? undefined : found
}
