import type { Topic, ValueOf } from '#schemas'
import type { Settings, SettingsOf } from './settings.ts'

/** Facts of a log line; never bodies, never personal data. */
export type LogFields = Readonly<Record<string, unknown>>

/** Structured log lines, one JSON object each. */
export interface Logger {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  /** The same log with more fields on every line. */
  child(fields: LogFields): Logger
}

/** Values bound to `{name:Type}` placeholders of a query. */
export type QueryParameters = Readonly<Record<string, unknown>>

/** Settings and an end for one statement. */
export interface StatementOptions {
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  readonly signal?: AbortSignal
}

/** ClickHouse. Throws `Transient` when it can't answer now, `ClickHouseError` with its code when it refuses. */
export interface ClickHouse {
  query<Row>(sql: string, parameters?: QueryParameters, options?: StatementOptions): Promise<Row[]>
  /** A statement without rows in its answer: DDL, ALTER, INSERT … SELECT. */
  command(sql: string, parameters?: QueryParameters, options?: StatementOptions): Promise<void>
  /** Inserts objects as JSONEachRow; few rows only. */
  insertRows(
    table: string,
    rows: readonly Readonly<Record<string, unknown>>[],
    options?: StatementOptions,
  ): Promise<void>
  /** Sends a statement with its data as bytes: `INSERT INTO t (a, b) FORMAT RowBinary`. */
  exec(sql: string, body: Uint8Array, options?: StatementOptions): Promise<void>
  /** True when it answers. */
  ping(): Promise<boolean>
  close(): Promise<void>
}

/** Files by path. Paths are relative, with `/` between parts; `..` is refused. */
export interface ObjectStore {
  /** Throws `ObjectMissing` when there is none. */
  get(path: string): Promise<Buffer>
  /** Write-once: the same bytes again are fine, other bytes throw `ObjectConflict`. */
  put(path: string, body: Uint8Array | string): Promise<void>
  exists(path: string): Promise<boolean>
  /** Takes the object away; one that is not there counts as taken away. */
  remove(path: string): Promise<void>
  /** Paths that begin with `prefix`, sorted. */
  list(prefix: string): Promise<readonly string[]>
}

/** The last value of each key of a topic, kept in memory and rebuilt from the topic's beginning at each start. */
export interface View<Value> {
  get(key: string): Value | undefined
  values(): Iterable<Value>
  /** Resolves when everything that could be read at the call is in the view; throws `Transient` when that takes too long. */
  waitForLatest(): Promise<void>
  /** True once the view has caught up with what stood in the topic at its start. */
  ready(): boolean
}

/** How a view holds what it reads. */
export interface ViewOptions<Value = unknown, Kept = Value> {
  /** The most keys that this view is meant to hold; more are kept, and reported as an error. */
  readonly boundEntries: number
  /**
   * What to hold of a value, in order of arrival within a partition; undefined holds nothing of it. Where the service
   * builds an index of its own bound, it takes the value here and returns undefined. The whole value unless set.
   */
  readonly keep?: (value: Value) => Kept | undefined
}

/** What to ask another service. */
export interface HttpOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** For the whole exchange, body included; 30 000 unless set. */
  readonly timeoutMs?: number
  /** Lets the request reach addresses that are not public; false unless set. */
  readonly allowPrivate?: boolean
  readonly signal?: AbortSignal
}

/** What came back; any status, errors included. */
export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  text(): Promise<string>
  json(): Promise<unknown>
  /** The body as it arrives. Read it or the connection stays busy. */
  readonly chunks: AsyncIterable<Uint8Array>
}

/** HTTP to the outside. Throws `Transient` when no answer came, `AddressRefused` for an address that is not allowed. */
export interface HttpClient {
  request(url: string, options?: HttpOptions): Promise<HttpResponse>
}

/** What a service's `world/` is built from. Nothing connects before all settings are known to be right. */
export interface Outside {
  /** Reads settings; faults are collected and shown together with all others before anything starts. */
  settings<S extends Settings>(fields: S): SettingsOf<S>
  clickhouse(): ClickHouse
  objects(): ObjectStore
  view<T extends Topic, Kept = ValueOf<T>>(
    topic: T,
    options: ViewOptions<ValueOf<T>, Kept>,
  ): Promise<View<Kept>>
  readonly http: HttpClient
  readonly log: Logger
  nowMs(): number
}
