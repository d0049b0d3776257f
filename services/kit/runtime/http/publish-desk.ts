import { type Broker, MessageRefused, type RawMessage } from '../../broker.ts'
import { Transient } from '../../errors.ts'
import type { Clock } from '../clock.ts'
import { sizeOf } from '../encode.ts'
import type { Metrics } from '../metrics.ts'
import { errorReply } from './answer.ts'
import { Refusal } from './refusal.ts'

const tryAgainMs = 1000

/** Takes a route's records to Kafka, in bounded memory and time. */
export interface PublishDesk {
  /**
   * Resolves when Kafka has acknowledged all of them. Throws `Refusal` (429 where too much is under way, 413 for a record that
   * no topic takes) before any was sent, and `Transient` when Kafka did not acknowledge them in time: they may get there still.
   */
  publish(messages: readonly RawMessage[]): Promise<void>
}

/** Whose desk it is and how much it may have under way. */
export interface PublishDeskOptions {
  readonly broker: Broker
  readonly clock: Clock
  readonly metrics: Metrics
  readonly service: string
  readonly name: string
  readonly bytesMax: number
  readonly messageBytesMax: number
  readonly acknowledgeMs: number
}

const busy = () =>
  new Refusal(
    errorReply(
      429,
      'rate_limit_error',
      'Kafka is slow; try again.',
      { 'retry-after': '1' },
      'busy',
    ),
  )

const tooLarge = (index: number, bytesMax: number) => {
  const said = `Record ${index} is larger than the ${bytesMax} bytes that a topic takes.`
  return new Refusal(errorReply(413, 'record_too_large', said))
}

/** Opens a route's desk. While Kafka takes nothing, one request a second tries; the others hear so at once. */
export const publishDesk = (options: PublishDeskOptions): PublishDesk => {
  const { broker, clock, metrics, service, name, acknowledgeMs, messageBytesMax } = options
  const labels = ['service', 'route']
  let waitingBytes = 0
  let nextTryMs: number | undefined
  const refused = metrics.counter('flywheel_publish_refused_total', {
    help: 'Requests whose records were not sent: too much was under way, or Kafka took nothing.',
    labels: [...labels, 'reason'],
  })
  metrics.observed(
    'flywheel_publish_waiting_bytes',
    { help: "Bytes of routes' records under way to Kafka.", labels },
    () => [{ labels: { service, route: name }, value: waitingBytes }],
  )
  const count = (reason: string): void => refused.add({ service, route: name, reason })

  const admit = (bytes: number): void => {
    if (waitingBytes > 0 && waitingBytes + bytes > options.bytesMax) {
      count('busy')
      throw busy()
    }
    if (nextTryMs === undefined) return
    if (clock.nowMs() < nextTryMs) {
      count('kafka away')
      throw new Transient('Kafka takes no records')
    }
    nextTryMs = clock.nowMs() + Math.max(tryAgainMs, acknowledgeMs)
  }
  const send = async (messages: readonly RawMessage[], bytes: number): Promise<void> => {
    waitingBytes += bytes
    try {
      await broker.produce(messages)
      nextTryMs = undefined
    } catch (error) {
      if (!(error instanceof MessageRefused)) nextTryMs = clock.nowMs() + tryAgainMs
      throw error
    } finally {
      waitingBytes -= bytes
    }
  }
  const inTime = async (sending: Promise<void>): Promise<void> => {
    const settled = new AbortController()
    const late = clock.wait(acknowledgeMs, settled.signal).then(() => {
      if (settled.signal.aborted) return
      nextTryMs = clock.nowMs() + tryAgainMs
      throw new Transient('Kafka did not acknowledge in time')
    })
    try {
      await Promise.race([sending, late])
    } finally {
      settled.abort()
      sending.catch(() => undefined)
      late.catch(() => undefined)
    }
  }
  return {
    publish: async (messages) => {
      const large = messages.findIndex((each) => sizeOf(each) > messageBytesMax)
      if (large !== -1) throw tooLarge(large, messageBytesMax)
      const bytes = messages.reduce((sum, each) => sum + sizeOf(each), 0)
      admit(bytes)
      await inTime(send(messages, bytes))
    },
  }
}
