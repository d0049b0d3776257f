import type { Topic } from '#schemas'
import type { Broker } from '../broker.ts'
import type { ClickHouse, HttpClient, Logger, ObjectStore } from '../outside.ts'
import type { Environment, Settings, SettingsOf } from '../settings.ts'
import type { FileLayer } from '../spill/file-layer.ts'
import type { Clock } from './clock.ts'
import type { Codec } from './codec.ts'
import type { Door } from './door.ts'
import type { kitSettings } from './kit-settings.ts'
import type { Metrics } from './metrics.ts'

/** Everything a wired definition may use while it runs; a test passes its own. */
export interface Surroundings {
  readonly service: string
  readonly environment: Environment
  readonly settings: SettingsOf<typeof kitSettings>
  readonly broker: Broker
  readonly codec: Codec
  readonly log: Logger
  readonly metrics: Metrics
  /** The service's one HTTP server. */
  readonly door: Door
  readonly http: HttpClient
  /** Opened at its first use. */
  readonly objects: () => ObjectStore
  /** Opened at its first use. */
  readonly clickhouse: () => ClickHouse
  readonly clock: Clock
  /** Files of this machine; without them nothing is kept on disk. */
  readonly files?: FileLayer
  /** Aborts when the service stops. */
  readonly signal: AbortSignal
}

/** Something that runs until it is stopped. */
export interface Running {
  /** Resolves after `stop`, rejects when it can't go on: the service then exits with 1. */
  readonly done: Promise<void>
  /** False while paused or still joining: `/ready` says so. */
  ready(): boolean
  /** Finishes what is at hand. */
  stop(): Promise<void>
}

/** A definition with its world: what `run` starts. Processors, timers, routes, proxies and sinks all become this. */
export interface Wired {
  /** `<service>.<name>`: the consumer group and the name in metrics and logs. */
  readonly name: string
  readonly settings: Settings
  /** Topics it writes; their schemas are registered before anything starts. */
  readonly outputs: readonly Topic[]
  /** A path of the HTTP server: started before the server listens, answering only once everything is ready. */
  readonly isDoor?: boolean
  start(surroundings: Surroundings): Promise<Running>
}
