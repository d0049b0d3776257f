import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import type { ClickHouse, StatementOptions } from '../../outside.ts'

/** Where ClickHouse is and who asks. */
export interface ClickHouseOptions {
  readonly url: string
  readonly user: string
  readonly password: string
  readonly database: string
  /** Shown in ClickHouse's query log. */
  readonly application: string
}

const requestTimeoutMs = 60_000

interface Connected {
  readonly client: ClickHouseClient
  readonly failure: (error: unknown, signal?: AbortSignal) => Error
}

const connect = async (options: ClickHouseOptions): Promise<Connected> => {
  const { createClient } = await import('@clickhouse/client')
  const { clickhouseFailure: failure } = await import('./failure.ts')
  const client = createClient({
    url: options.url,
    username: options.user,
    password: options.password,
    database: options.database,
    application: options.application,
    request_timeout: requestTimeoutMs,
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    // Errors reach us as exceptions; the client's own log would print statements.
    log: { level: 127 },
  })
  return { client, failure }
}

const statement = ({ settings, signal }: StatementOptions = {}) => ({
  ...(settings === undefined ? {} : { clickhouse_settings: settings }),
  ...(signal === undefined ? {} : { abort_signal: signal }),
})

const lazily = <Made>(make: () => Promise<Made>) => {
  let made: Promise<Made> | undefined
  const get = (): Promise<Made> => {
    made ??= make()
    return made
  }
  return { get, made: () => made }
}

/** ClickHouse over HTTP by its own client, which is loaded at the first statement. */
export const clickhouseHttp = (options: ClickHouseOptions): ClickHouse => {
  const connected = lazily(() => connect(options))
  const attempt = async <Result>(
    work: (client: ClickHouseClient) => Promise<Result>,
    { signal }: StatementOptions = {},
  ): Promise<Result> => {
    const { client, failure } = await connected.get()
    try {
      return await work(client)
    } catch (error) {
      throw failure(error, signal)
    }
  }
  return {
    query: async <Row>(sql: string, parameters = {}, settings: StatementOptions = {}) =>
      attempt(async (client) => {
        const query = { query: sql, query_params: parameters, ...statement(settings) }
        const result = await client.query({ ...query, format: 'JSONEachRow' })
        return result.json<Row>()
      }, settings),
    command: (sql, parameters = {}, settings = {}) =>
      attempt(async (client) => {
        await client.command({ query: sql, query_params: parameters, ...statement(settings) })
      }, settings),
    insertRows: (table, rows, settings = {}) =>
      attempt(async (client) => {
        const values = [...rows]
        await client.insert({ table, values, format: 'JSONEachRow', ...statement(settings) })
      }, settings),
    exec: (sql, body, settings = {}) =>
      attempt(async (client) => {
        const values = Readable.from([body])
        const { stream } = await client.exec({ query: sql, values, ...statement(settings) })
        await stream.resume().toArray()
      }, settings),
    ping: async () => (await (await connected.get()).client.ping()).success,
    close: async () => (await connected.made())?.client.close(),
  }
}
