import kafkajs, { type Kafka, type LogEntry } from 'kafkajs'
import type { Logger } from '../../outside.ts'
import { registerCodecs } from './codecs.ts'
import { quietTimers } from './quiet-timers.ts'

/** How the Kafka adapter is reached and how patient it is. */
export interface KafkaBrokerOptions {
  /** Addresses, host:port. */
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly log: Logger
  /** Largest message accepted, headers included; 1,000,000 unless set: what topics take by default. */
  readonly messageBytesMax?: number
  /** After how long a silent member's partitions go to others; 10,000 unless set. */
  readonly sessionTimeoutMs?: number
  /** How long the cluster may hold back an empty fetch; also how long a paused partition may take to go on. 500 unless set. */
  readonly fetchWaitMs?: number
}

/** A new client; each keeps its own connections and offsets, so that two never mix. */
export interface Clients {
  readonly options: Required<KafkaBrokerOptions>
  /** For reading and asking: retries for about 5 s. */
  patient(): Kafka
  /** For transactions: the first retry after some 5 ms, since a transaction often waits for the last one's markers. */
  quick(): Kafka
}

const warnings = new Set<number>([kafkajs.logLevel.ERROR, kafkajs.logLevel.WARN])

const bridge =
  (log: Logger) =>
  () =>
  ({ namespace, level, log: entry }: LogEntry): void => {
    const fields = { kafkajs: namespace, because: String(entry['error'] ?? '') }
    // kafkajs calls every retry an error; what matters reaches us as one and is reported there.
    if (warnings.has(level)) log.debug(fields, entry.message)
  }

/** Makers of kafkajs clients with one set of habits. */
export const kafkaClients = (given: KafkaBrokerOptions): Clients => {
  quietTimers()
  registerCodecs()
  const options = {
    messageBytesMax: 1_000_000,
    sessionTimeoutMs: 10_000,
    fetchWaitMs: 500,
    ...given,
  }
  const client = (retry: kafkajs.RetryOptions): Kafka =>
    new kafkajs.Kafka({
      clientId: options.clientId,
      brokers: [...options.brokers],
      logLevel: kafkajs.logLevel.WARN,
      logCreator: bridge(options.log),
      retry,
    })
  return {
    options,
    patient: () => client({ initialRetryTime: 100, maxRetryTime: 1500, retries: 6 }),
    quick: () => client({ initialRetryTime: 5, maxRetryTime: 500, retries: 12 }),
  }
}
