import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { raise } from './exception.ts'

/** Who a request says it is. */
export interface Credentials {
  readonly user: string
  readonly password: string
}

const single = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0]

const basicOf = (header: string): Credentials | undefined => {
  const [scheme = '', encoded = ''] = header.split(' ', 2)
  if (scheme.toLowerCase() !== 'basic') return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  return { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

const fromHeaders = (headers: IncomingHttpHeaders): Credentials | undefined => {
  const user = single(headers['x-clickhouse-user'])
  const password = single(headers['x-clickhouse-key'])
  if (user === undefined && password === undefined) return undefined
  return { user: user ?? 'default', password: password ?? '' }
}

/**
 * Reads the credentials: `X-ClickHouse-User` and `X-ClickHouse-Key`, else Basic authentication,
 * else the parameters `user` and `password`, else the user `default` without a password.
 * @throws ServerException AUTHENTICATION_FAILED when headers and another way are mixed, or the
 *   Authorization header cannot be read
 */
export const credentialsOf = (
  headers: IncomingHttpHeaders,
  parameters: URLSearchParams,
): Credentials => {
  const own = fromHeaders(headers)
  const basic = headers.authorization === undefined ? undefined : basicOf(headers.authorization)
  const isNamed = parameters.has('user') || parameters.has('password')
  if (own !== undefined && (headers.authorization !== undefined || isNamed)) {
    throw raise(
      'AUTHENTICATION_FAILED',
      'Invalid authentication: it is not allowed to use X-ClickHouse HTTP headers and other ' +
        'authentication methods simultaneously.',
    )
  }
  if (headers.authorization !== undefined && basic === undefined) {
    throw raise('AUTHENTICATION_FAILED', 'Invalid authentication: only Basic is supported.')
  }
  const user = parameters.get('user') ?? 'default'
  return own ?? basic ?? { user, password: parameters.get('password') ?? '' }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Lets the one user in. Both digests are compared whatever the first says, in constant time.
 * @throws ServerException AUTHENTICATION_FAILED
 */
export const authenticate = (given: Credentials, wanted: Credentials): void => {
  const isUser = timingSafeEqual(digest(given.user), digest(wanted.user))
  const isPassword = timingSafeEqual(digest(given.password), digest(wanted.password))
  if (isUser && isPassword) return
  throw raise(
    'AUTHENTICATION_FAILED',
    `${given.user}: Authentication failed: password is incorrect, or there is no user with such name.`,
  )
}
