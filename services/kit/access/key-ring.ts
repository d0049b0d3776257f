import { StartFault } from '../errors.ts'
import type { Logger } from '../outside.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Metrics } from '../runtime/metrics.ts'
import { type ApiKey, findApiKey, readApiKeys, secretBytesMin } from './keys.ts'

const lookEveryMs = 1000

/** A file as a ring of keys needs it. */
export interface KeyFile {
  /** Other text whenever the file is another. Throws where there is none. */
  version(path: string): string
  /** Throws where it can't be read, and where others than its owner and group may read it or others than its owner write it. */
  read(path: string): string
}

/** The keys that are known now. */
export interface KeyRing {
  /** Whose key this is; undefined where it is none. */
  find(key: string): ApiKey | undefined
}

/** Where the keys lie and who is told of trouble. */
export interface KeyRingOptions {
  readonly files: KeyFile
  readonly path: string
  readonly secret: string
  readonly clock: Clock
  readonly metrics: Metrics
  readonly log: Logger
  readonly service: string
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'no reason given'

const read = ({ files, path }: KeyRingOptions) => {
  const version = files.version(path)
  const found = readApiKeys(files.read(path))
  if ('fault' in found) throw new Error(found.fault)
  return { version, keys: found.keys }
}

const readFirst = (options: KeyRingOptions) => {
  if (Buffer.byteLength(options.secret) < secretBytesMin)
    throw new StartFault(`API_KEYS_SECRET must have at least ${secretBytesMin} bytes.`)
  try {
    return read(options)
  } catch (error) {
    throw new StartFault(`API_KEYS_FILE: ${options.path} can't be used: ${reasonOf(error)}`)
  }
}

/**
 * Opens a file of keys and follows it: a change counts within a second. A file that can't be used is a `StartFault` at first;
 * later the keys known before stay, an error is logged, and `flywheel_api_keys_stale` is 1.
 */
export const openKeyRing = (options: KeyRingOptions): KeyRing => {
  const { files, path, secret, clock, metrics, log, service } = options
  let { version, keys } = readFirst(options)
  let lookedAtMs = clock.nowMs()
  let failed = ''
  metrics.observed(
    'flywheel_api_keys_stale',
    { help: 'Whether the file of API keys can not be used as it is now.', labels: ['service'] },
    () => [{ labels: { service }, value: failed === '' ? 0 : 1 }],
  )
  const look = (): void => {
    try {
      if (files.version(path) !== version) ({ version, keys } = read(options))
      failed = ''
    } catch (error) {
      const because = reasonOf(error)
      if (because !== failed)
        log.error({ because }, 'the file of API keys can not be used; the keys known before stay')
      failed = because
    }
  }
  return {
    find: (key) => {
      const nowMs = clock.nowMs()
      if (nowMs - lookedAtMs >= lookEveryMs) {
        lookedAtMs = nowMs
        look()
      }
      return findApiKey(key, keys, secret, nowMs)
    },
  }
}
