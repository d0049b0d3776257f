import type { Broker, RawMessage } from '../../broker.ts'
import type { Spill } from '../../spill/spill.ts'
import type { Clock } from '../clock.ts'
import type { QueueMeters, QueueName } from './queue-meters.ts'

/** Records of proxied calls that wait for Kafka. */
export interface MessageQueue {
  /**
   * Takes all of them or, when there is no room, none: they are dropped and counted. Resolves when they are safe: Kafka has
   * acknowledged them or, while it takes none, the disk has them. Without a disk it resolves as soon as Kafka is known to take none.
   */
  add(messages: readonly RawMessage[]): Promise<void>
  /** Begins to send what an earlier process left on disk. */
  start(): Promise<void>
  /** Resolves when all are acknowledged, or on disk once the signal aborts. */
  flush(signal: AbortSignal): Promise<void>
}

/** Makes a spill whose losses are told to the queue; undefined where records are kept in memory alone. */
export type MakeSpill = (lost: QueueMeters['lose']) => Spill | undefined

/** What a queue needs, and how much it may hold. */
export interface QueueOptions extends QueueName {
  readonly broker: Broker
  readonly clock: Clock
  /** Most that is held in memory. */
  readonly recordsMax: number
  readonly bytesMax: number
  /** How long a send may take before records go to disk, in milliseconds. */
  readonly acknowledgeMs: number
  readonly spill?: MakeSpill
}
