import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Credentials, credentialsOf } from './auth.ts'
import { raise } from './exception.ts'

/** The session that a request belongs to. */
export interface SessionRequest {
  readonly id: string
  /** Only an existing session will do. */
  readonly mustExist: boolean
  readonly timeoutMs: number
}

/** What the address and the headers of a request say. */
export interface QueryRequest {
  readonly queryId: string
  readonly credentials: Credentials
  readonly query: string
  readonly database: string | undefined
  readonly defaultFormat: string
  readonly settings: readonly (readonly [string, string])[]
  readonly parameters: readonly (readonly [string, string])[]
  readonly session: SessionRequest | undefined
  readonly mayCompress: boolean
  /** Send nothing before the statement has ended. */
  readonly isBuffered: boolean
  /** 0 none, 1 reading only, 2 reading and settings: what `readonly` means in ClickHouse. */
  readonly readonlyLevel: number
}

/** Parameters of the interface itself; every other one is a setting. */
const RESERVED = new Set([
  'query',
  'query_id',
  'user',
  'password',
  'quota_key',
  'database',
  'default_format',
  'session_id',
  'session_timeout',
  'session_check',
  'close_session',
  'role',
  'compress',
  'decompress',
  'stacktrace',
  'buffer_size',
  'wait_end_of_query',
  'client_protocol_version',
  'log_comment',
])
const SESSION_TIMEOUT_SECONDS = 60
const SESSION_TIMEOUT_MAX_SECONDS = 3600

const sessionOf = (from: URLSearchParams): SessionRequest | undefined => {
  const id = from.get('session_id')
  if (id === null || id === '') return undefined
  const seconds = Number(from.get('session_timeout') ?? SESSION_TIMEOUT_SECONDS)
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > SESSION_TIMEOUT_MAX_SECONDS) {
    throw raise(
      'INVALID_SESSION_TIMEOUT',
      `Session timeout must be a whole number in 1..${SESSION_TIMEOUT_MAX_SECONDS}, not '${from.get('session_timeout')}'.`,
    )
  }
  return { id, mustExist: from.get('session_check') === '1', timeoutMs: seconds * 1000 }
}

const refuseUnknown = (from: URLSearchParams): void => {
  for (const name of ['compress', 'decompress']) {
    if (from.get(name) === '1') {
      throw raise('NOT_IMPLEMENTED', `${name}=1 is not supported: use gzip, br, deflate or zstd.`)
    }
  }
  const role = from.get('role')
  if (role !== null) throw raise('UNKNOWN_ROLE', `There is no role '${role}'.`)
}

const isOn = (from: URLSearchParams, ...names: readonly string[]): boolean =>
  names.some((name) => ['1', 'true'].includes(from.get(name) ?? ''))

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

const readonlyOf = (from: URLSearchParams, method: string): number => {
  const asked = Number(from.get('readonly') ?? 0)
  return asked === 0 && method !== 'POST' && method !== 'PUT' ? 2 : asked
}

/** The parameters of an address, before anything is checked. */
export const searchOf = (request: IncomingMessage): URLSearchParams =>
  new URL(request.url ?? '/', 'http://localhost').searchParams

/** The query id: the one that was asked for, else a new one. */
export const queryIdOf = (from: URLSearchParams): string => from.get('query_id') || randomUUID()

/**
 * Reads what a request asks for.
 * @param from the parameters of the address, and those of a form if one was sent
 * @throws ServerException with the code that ClickHouse gives
 */
export const readRequest = (
  request: IncomingMessage,
  from: URLSearchParams,
  queryId: string,
): QueryRequest => {
  refuseUnknown(from)
  const level = readonlyOf(from, request.method ?? 'GET')
  const all = [...from]
  const settings = all.filter(([name]) => {
    return !RESERVED.has(name) && !name.startsWith('param_') && name !== 'readonly'
  })
  const database = from.get('database') || headerOf(request, 'x-clickhouse-database')
  return {
    queryId,
    credentials: credentialsOf(request.headers, from),
    query: from.get('query') ?? '',
    database,
    defaultFormat:
      from.get('default_format') || headerOf(request, 'x-clickhouse-format') || 'TabSeparated',
    settings: level === 0 ? settings : [...settings, ['readonly', String(level)]],
    parameters: all
      .filter(([name]) => name.startsWith('param_'))
      .map(([name, value]) => [name.slice('param_'.length), value]),
    session: sessionOf(from),
    mayCompress: isOn(from, 'enable_http_compression'),
    isBuffered: isOn(from, 'wait_end_of_query', 'http_wait_end_of_query'),
    readonlyLevel: level,
  }
}
