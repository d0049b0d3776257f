import { join, resolve } from 'node:path'

/** What the server is told at start. */
export interface DoorSettings {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  readonly dataDir: string
  readonly user: string
  readonly password: string
  /** Statements that run at once; the rest wait. */
  readonly maxConcurrentQueries: number
  /** Statements that may wait; one more is refused with TOO_MANY_SIMULTANEOUS_QUERIES. */
  readonly maxWaitingQueries: number
  /** What the engine may allocate, in bytes; beyond it a query fails, the process lives. */
  readonly maxMemoryBytes: number
}

/** The settings, each with its variable, default and meaning. */
export const DOOR_SETTINGS = [
  { env: 'CLICKHOUSE_HOST', fallback: '127.0.0.1', about: 'address to listen on' },
  { env: 'CLICKHOUSE_PORT', fallback: '0', about: 'port to listen on; 0 takes a free one' },
  { env: 'CLICKHOUSE_DATA_DIR', fallback: '.flywheel/clickhouse', about: 'folder of the data' },
  { env: 'CLICKHOUSE_USER', fallback: 'default', about: 'the one user' },
  { env: 'CLICKHOUSE_PASSWORD', fallback: '', about: "the user's password; empty: none" },
  { env: 'CLICKHOUSE_MAX_CONCURRENT_QUERIES', fallback: '8', about: 'statements run at once' },
  { env: 'CLICKHOUSE_MAX_WAITING_QUERIES', fallback: '1000', about: 'statements that may wait' },
  { env: 'CLICKHOUSE_MAX_MEMORY_BYTES', fallback: '2000000000', about: 'memory of the engine' },
] as const

type Variable = (typeof DOOR_SETTINGS)[number]['env']
type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the settings from the environment.
 * @throws Error that names every bad value
 */
export const readDoorSettings = (env: Environment): DoorSettings => {
  const faults: string[] = []
  const text = (name: Variable): string =>
    env[name] || (DOOR_SETTINGS.find((setting) => setting.env === name)?.fallback ?? '')
  const whole = (name: Variable, least: number, most: number): number => {
    const value = Number(text(name))
    if (Number.isInteger(value) && value >= least && value <= most) return value
    faults.push(`${name} must be a whole number in ${least}..${most}, not "${text(name)}"`)
    return least
  }
  const settings: DoorSettings = {
    host: text('CLICKHOUSE_HOST'),
    port: whole('CLICKHOUSE_PORT', 0, 65_535),
    dataDir: resolve(text('CLICKHOUSE_DATA_DIR')),
    user: text('CLICKHOUSE_USER'),
    password: text('CLICKHOUSE_PASSWORD'),
    maxConcurrentQueries: whole('CLICKHOUSE_MAX_CONCURRENT_QUERIES', 1, 128),
    maxWaitingQueries: whole('CLICKHOUSE_MAX_WAITING_QUERIES', 0, 1_000_000),
    maxMemoryBytes: whole('CLICKHOUSE_MAX_MEMORY_BYTES', 500_000_000, Number.MAX_SAFE_INTEGER),
  }
  if (faults.length > 0) throw new Error(`Bad settings:\n  ${faults.join('\n  ')}`)
  return settings
}

/** Where the engine, and the bodies on their way to it, live inside the data folder. */
export const foldersOf = (
  dataDir: string,
): { readonly engine: string; readonly spool: string } => ({
  engine: join(dataDir, 'engine'),
  spool: join(dataDir, 'spool'),
})

/**
 * Threads of libuv's pool: each statement holds one while it runs; files and compression, and the
 * cancelling of statements, need some beside them.
 */
export const threadPoolSize = (maxConcurrentQueries: number): number => maxConcurrentQueries + 8
