import { raise } from './exception.ts'

/** A ClickHouse string literal, whatever the text holds. */
export const stringLiteral = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`

/** A quoted identifier, whatever the name holds. */
export const quotedName = (name: string): string =>
  `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('\0', '\\0')}\``

/** What a request sets before its statement. */
export interface Circumstances {
  readonly database: string | undefined
  /** Marks the statement, so that it can be found and cancelled. */
  readonly tag: string
  readonly settings: readonly (readonly [name: string, value: string])[]
  /** Values of `{name:Type}`, in ClickHouse's escaped form, as the client sends them. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/**
 * Every statement starts from these. The engine's defaults are clickhouse-local's: an expression
 * passes for a query, and inserts may be acknowledged from a buffer.
 */
const BASE = { implicit_select: '0', async_insert: '0', wait_for_async_insert: '1' }
const ROOM_FOR_PARAMETERS_BYTES = 100_000
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * The statements to run, in this order, before the request's own. `readonly` comes last, since
 * nothing can be set behind it.
 * @throws ServerException UNKNOWN_SETTING for a name that cannot be a setting
 */
export const preamble = (request: Circumstances): readonly string[] => {
  for (const [name] of request.settings) {
    if (!NAME.test(name)) throw raise('UNKNOWN_SETTING', `Unknown setting '${name}'.`)
  }
  const first = Object.entries({ ...BASE, log_comment: request.tag })
  const isReadonly = (setting: readonly [string, string]): boolean => setting[0] === 'readonly'
  const others = request.settings.filter((setting) => !isReadonly(setting))
  const last = request.settings.filter(isReadonly)
  const statements = [setOf(first), useOf(request.database), setOf(others), setOf(last)]
  const rest = statements.filter((statement) => statement !== '').join('; ')
  return [...parametersOf(request.parameters), rest]
}

const setOf = (settings: readonly (readonly [string, string])[]): string =>
  settings.length === 0
    ? ''
    : `SET ${settings.map(([name, value]) => `${name} = ${stringLiteral(value)}`).join(', ')}`

const useOf = (database: string | undefined): string =>
  database === undefined ? '' : `USE ${quotedName(database)}`

const parametersOf = (parameters: Circumstances['parameters']): readonly string[] => {
  if (parameters.length === 0) return []
  const pairs = parameters.map(([name, value]) => {
    return `${quotedName(`param_${name}`)} = ${stringLiteral(value)}`
  })
  const set = `SET ${pairs.join(', ')}`
  const size = Buffer.byteLength(set)
  if (size < ROOM_FOR_PARAMETERS_BYTES) return [set]
  return [`SET max_query_size = ${size + 1000}`, set, 'SET max_query_size = DEFAULT']
}
