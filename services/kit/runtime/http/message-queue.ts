import type { Broker, RawMessage } from '../../broker.ts'
import type { Logger } from '../../outside.ts'
import type { Clock } from '../clock.ts'
import { sizeOf } from '../encode.ts'
import type { Metrics } from '../metrics.ts'
import { waitMs } from '../patience.ts'

const sendRecordsMax = 500

/** Records that wait for Kafka while their callers have been answered. */
export interface MessageQueue {
  /** Takes all of them or, when there is no room, none: they are dropped and counted. */
  add(messages: readonly RawMessage[]): void
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
}

const queueMeters = ({ metrics, service, name }: QueueOptions, waiting: () => number) => {
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
  return { dropped: (records: number) => dropped.add(who, records) }
}

/** A bounded queue in memory with one sender, so that no two sends to a partition are in flight. */
export const messageQueue = (options: QueueOptions): MessageQueue => {
  const { broker, clock, log, recordsMax, bytesMax } = options
  const waiting: RawMessage[] = []
  const over = new AbortController()
  const meters = queueMeters(options, () => waiting.length)
  let waitingBytes = 0
  let sending: Promise<void> | undefined

  const sendSome = async (): Promise<void> => {
    const some = waiting.slice(0, sendRecordsMax)
    await broker.produce(some)
    waiting.splice(0, some.length)
    waitingBytes -= some.reduce((sum, each) => sum + sizeOf(each), 0)
  }
  const sendAll = async (): Promise<void> => {
    for (let tries = 0; waiting.length > 0 && !over.signal.aborted; ) {
      const failure = await sendSome().then(
        () => undefined,
        (error: unknown) => error,
      )
      if (failure === undefined) tries = 0
      else {
        log.warn({ waiting: waiting.length, err: failure }, 'Kafka does not take records')
        await clock.wait(waitMs(tries++), over.signal)
      }
    }
    sending = undefined
  }
  return {
    add: (messages) => {
      const bytes = messages.reduce((sum, each) => sum + sizeOf(each), 0)
      if (waiting.length + messages.length > recordsMax || waitingBytes + bytes > bytesMax) {
        meters.dropped(messages.length)
        log.error({ records: messages.length }, 'no room for records that wait for Kafka')
        return
      }
      waiting.push(...messages)
      waitingBytes += bytes
      sending ??= sendAll()
    },
    flush: async (signal) => {
      signal.addEventListener('abort', () => over.abort(), { once: true })
      await sending
      if (waiting.length === 0) return
      meters.dropped(waiting.length)
      log.error({ records: waiting.length }, 'records were not taken before the stop and are lost')
    },
  }
}
