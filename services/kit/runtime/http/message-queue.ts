import { type Broker, MessageRefused, type RawMessage } from '../../broker.ts'
import type { Logger } from '../../outside.ts'
import type { Clock } from '../clock.ts'
import { sizeOf } from '../encode.ts'
import type { Metrics } from '../metrics.ts'
import { waitMs } from '../patience.ts'
import { waitingCallers } from './waiting-callers.ts'

const sendRecordsMax = 500

/** Records of proxied calls that wait for Kafka. */
export interface MessageQueue {
  /**
   * Takes all of them or, when there is no room, none: they are dropped and counted. Resolves when Kafka has acknowledged them,
   * or as soon as it is known that Kafka takes none for now.
   */
  add(messages: readonly RawMessage[]): Promise<void>
  /** Resolves when all are acknowledged or the signal aborts. */
  flush(signal: AbortSignal): Promise<void>
}

/** What a queue needs, and how much it may hold. */
export interface QueueOptions {
  readonly broker: Broker
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  readonly service: string
  readonly name: string
  readonly recordsMax: number
  readonly bytesMax: number
  /** How long a send may take before nobody waits for its end, in milliseconds. */
  readonly acknowledgeMs: number
}

const bytesOf = (messages: readonly RawMessage[]): number =>
  messages.reduce((sum, each) => sum + sizeOf(each), 0)

const queueMeters = ({ metrics, log, service, name }: QueueOptions, waiting: () => number) => {
  const labels = ['service', 'route']
  const who = { service, route: name }
  const dropped = metrics.counter('flywheel_proxy_dropped_total', {
    help: 'Records of proxied calls that found no room to wait for Kafka and are lost.',
    labels,
  })
  metrics.observed(
    'flywheel_proxy_waiting_records',
    { help: 'Records of proxied calls that wait for Kafka.', labels },
    () => [{ labels: who, value: waiting() }],
  )
  const lose = (records: number, because: string): void => {
    dropped.add(who, records)
    log.error({ records, because }, 'records of proxied calls are lost')
  }
  return { lose }
}

/** A bounded queue in memory with one sender, so that no two sends to a partition are in flight. */
export const messageQueue = (options: QueueOptions): MessageQueue => {
  const { broker, clock, log, recordsMax, bytesMax, acknowledgeMs } = options
  const waiting: RawMessage[] = []
  const over = new AbortController()
  const { lose } = queueMeters(options, () => waiting.length)
  const callers = waitingCallers(clock, acknowledgeMs)
  let waitingBytes = 0
  let atOnce = sendRecordsMax
  let sending: Promise<void> | undefined

  const remove = (count: number): void => {
    const gone = waiting.splice(0, count)
    waitingBytes -= bytesOf(gone)
    callers.left(count)
  }
  /** A refused batch is narrowed down to the record that is refused alone. */
  const refused = (count: number): void => {
    if (count === 1) {
      remove(1)
      lose(1, 'Kafka refuses the record')
    }
    atOnce = 1
  }
  const sendSome = async (tries: number): Promise<number> => {
    const some = waiting.slice(0, atOnce)
    try {
      await callers.watch(broker.produce(some))
      remove(some.length)
      atOnce = Math.min(sendRecordsMax, atOnce * 2)
      return 0
    } catch (error) {
      if (error instanceof MessageRefused) {
        refused(some.length)
        return 0
      }
      log.warn({ waiting: waiting.length, err: error }, 'Kafka does not take records')
      await clock.wait(waitMs(tries), over.signal)
      return tries + 1
    }
  }
  const sendAll = async (): Promise<void> => {
    for (let tries = 0; waiting.length > 0 && !over.signal.aborted; ) tries = await sendSome(tries)
    sending = undefined
  }
  return {
    add: (messages) => {
      const bytes = bytesOf(messages)
      if (waiting.length + messages.length > recordsMax || waitingBytes + bytes > bytesMax) {
        lose(messages.length, 'no room to wait for Kafka')
        return Promise.resolve()
      }
      waiting.push(...messages)
      waitingBytes += bytes
      const acknowledged = callers.wait(messages.length)
      sending ??= sendAll()
      return acknowledged
    },
    flush: async (signal) => {
      signal.addEventListener('abort', () => over.abort(), { once: true })
      if (signal.aborted) over.abort()
      await sending
      callers.letAllGo()
      if (waiting.length > 0) lose(waiting.length, 'Kafka took no records before the stop')
    },
  }
}
