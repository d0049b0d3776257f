import type { Guard } from '../access/guard.ts'
import type { Broker } from '../broker.ts'
import type { ClickHouse, HttpClient, Logger, ObjectStore } from '../outside.ts'
import type { Environment, SettingsOf } from '../settings.ts'
import type { FileLayer } from '../spill/file-layer.ts'
import type { Clock } from './clock.ts'
import type { Codec } from './codec.ts'
import type { Door } from './door.ts'
import type { kitSettings } from './kit-settings.ts'
import type { Metrics } from './metrics.ts'

/** The kit's own settings, read. */
export type KitSettings = SettingsOf<typeof kitSettings>

/** What the service's HTTP server is asked by supervisors and Prometheus. */
export interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly bodyBytesMax: number
  /** How long a request may take to arrive, milliseconds. */
  readonly receiveTimeoutMs: number
  readonly connectionsMax: number
  readonly guard: Guard
  readonly service: string
  readonly metrics: Metrics
  readonly log: Logger
  /** What is not ready yet, in words; empty when all is. */
  readonly notReady: () => readonly string[]
  /** False while routes must answer 503: still starting, or stopping. */
  readonly open: () => boolean
}

/** The service's HTTP server. */
export interface Server extends Door {
  /** Resolves with the address once it listens. Throws `StartFault` when the port can't be had. */
  listen(): Promise<string>
  /** Takes no more requests and finishes those at hand. */
  close(): Promise<void>
}

/** Makers of everything outside, so that a test can replace any of it. */
export interface Machinery {
  readonly environment: Environment
  readonly clock: Clock
  /** Files of this machine; without them nothing is kept on disk. */
  readonly files?: FileLayer
  /** Aborts when the service should stop. */
  readonly signal: AbortSignal
  log(service: string, settings: KitSettings): Logger
  metrics(service: string): Metrics
  server(options: ServerOptions): Server
  broker(service: string, settings: KitSettings, log: Logger): Promise<Broker>
  codec(service: string, settings: KitSettings): Promise<Codec>
  http(settings: KitSettings): HttpClient
  objects(settings: KitSettings): ObjectStore
  clickhouse(service: string, settings: KitSettings): ClickHouse
}
