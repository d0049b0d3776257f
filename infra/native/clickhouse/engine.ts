import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fromEngine } from './exception.ts'
import { stringLiteral } from './preamble.ts'

/** What a statement gave back; `bytes` are the result in its format. */
export interface EngineResult {
  readonly bytes: Uint8Array
  /** Seconds. */
  readonly elapsed: number
  readonly rowsRead: number
  readonly bytesRead: number
}

type Handle = { readonly opaque: unique symbol }

interface Native {
  CreateConnection(path: string, args: readonly string[]): Handle
  CloseConnection(handle: Handle): void
  QueryAsyncConnection(handle: Handle, sql: string, format: string): Promise<EngineResult>
}

/** One statement at a time; settings, database and temporary tables live as long as it does. */
export interface EngineConnection {
  /**
   * @param hidden parts of the statement that its author did not write
   * @throws ServerException with the engine's own words, less the hidden parts
   */
  run(sql: string, format: string, hidden?: readonly string[]): Promise<EngineResult>
  close(): void
}

/** The engine, open on one data folder. */
export interface Engine {
  readonly version: string
  readonly timezone: string
  connect(): EngineConnection
  /** Cancels every statement that runs under this `log_comment`. */
  cancel(tag: string): Promise<void>
  close(): void
}

/** The engine cannot be had, or the folder is in use; the message is one line for the operator. */
export class EngineUnavailable extends Error {}

const METHODS = ['CreateConnection', 'CloseConnection', 'QueryAsyncConnection'] as const

const isNative = (value: unknown): value is Native =>
  typeof value === 'object' &&
  value !== null &&
  METHODS.every((name) => typeof Reflect.get(value, name) === 'function')

/**
 * Loads chdb's prebuilt addon. Its connections are used directly, since chdb's own Session.close()
 * waits for every statement of the process, so one long query would pile up connections.
 */
const loadNative = (): Native => {
  const require = createRequire(import.meta.url)
  const platform = `${process.platform}-${process.arch}`
  let native: unknown
  try {
    const root = dirname(require.resolve('chdb/package.json'))
    const loader: { loadNative(): unknown } = require(join(root, 'dist', 'loader.js'))
    native = loader.loadNative()
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new EngineUnavailable(
      `The ClickHouse engine (npm chdb) has no build for ${platform} here: use Docker, or Linux or macOS with npm's optional dependencies installed (${reason})`,
    )
  }
  if (isNative(native)) return native
  throw new EngineUnavailable(`This release of npm chdb is unknown: ${METHODS.join(', ')} missing`)
}

/** Server settings, given as the engine starts; the caches are ClickHouse's divided by twenty. */
const engineArguments = (maxMemoryBytes: number): readonly string[] => [
  `--max_server_memory_usage=${maxMemoryBytes}`,
  '--mark_cache_size=268435456',
  '--primary_index_cache_size=268435456',
  '--background_pool_size=2',
  '--background_schedule_pool_size=4',
]

/** The process that a data folder belongs to, as the engine's own lock file says. */
const ownerOf = (path: string): string | undefined => {
  try {
    return /^PID: (\d+)/m.exec(readFileSync(join(path, 'status'), 'utf8'))?.[1]
  } catch {
    return undefined
  }
}

const open = (native: Native, path: string, maxMemoryBytes: number): Handle => {
  const owner = ownerOf(path)
  try {
    return native.CreateConnection(path, engineArguments(maxMemoryBytes))
  } catch (error) {
    const reason = fromEngine(error).text.split('\n')[0]
    const holder = owner === undefined ? '' : `; process ${owner} may have it`
    throw new EngineUnavailable(
      `cannot open the data in ${path}${holder}: one server for each data folder (${reason})`,
    )
  }
}

const connectionOf = (native: Native, handle: Handle): EngineConnection => ({
  run: async (sql, format, hidden = []) => {
    try {
      return await native.QueryAsyncConnection(handle, sql, format)
    } catch (error) {
      throw fromEngine(error, hidden)
    }
  },
  close: () => native.CloseConnection(handle),
})

/**
 * Opens the engine on `path`; it stays up until `close`.
 * @throws EngineUnavailable without a prebuilt engine, or while another process has the folder
 */
export const openEngine = async (path: string, maxMemoryBytes: number): Promise<Engine> => {
  const native = loadNative()
  const keeper = connectionOf(native, open(native, path, maxMemoryBytes))
  const known = await keeper.run('SELECT version(), timezone()', 'TabSeparated')
  const [version = '', timezone = ''] = Buffer.from(known.bytes).toString().trim().split('\t')
  let cancelling: Promise<unknown> = Promise.resolve()
  const cancelNow = async (tag: string): Promise<void> => {
    const mark = stringLiteral(tag)
    await keeper
      .run(`KILL QUERY WHERE Settings['log_comment'] = ${mark} ASYNC`, 'TabSeparated')
      .catch(() => undefined)
  }
  return {
    version,
    timezone,
    connect: () => connectionOf(native, native.CreateConnection(path, [])),
    cancel: (tag) => {
      const done = cancelling.then(() => cancelNow(tag))
      cancelling = done
      return done
    },
    close: () => keeper.close(),
  }
}
