import type { Logger } from '../../outside.ts'
import type { Metrics } from '../metrics.ts'

/** Whose queue it is. */
export interface QueueName {
  readonly metrics: Metrics
  readonly log: Logger
  readonly service: string
  readonly name: string
}

/** How a queue's losses and its spill are told. */
export interface QueueMeters {
  /** Records that are lost: a counter and an error. */
  lose(records: number, because: string): void
  /** Records that went to disk, or from there to Kafka. */
  spilled(records: number, event: 'kept' | 'sent'): void
}

/** Counts what becomes of a queue's records. */
export const queueMeters = (
  { metrics, log, service, name }: QueueName,
  waiting: () => number,
  spillBytes: () => number,
): QueueMeters => {
  const labels = ['service', 'route']
  const who = { service, route: name }
  const dropped = metrics.counter('flywheel_proxy_dropped_total', {
    help: 'Records of proxied calls that are lost, by reason.',
    labels: [...labels, 'reason'],
  })
  const records = metrics.counter('flywheel_spill_records_total', {
    help: 'Records of proxied calls that went to disk while Kafka took none, and from there to Kafka.',
    labels: [...labels, 'event'],
  })
  metrics.observed(
    'flywheel_proxy_waiting_records',
    { help: 'Records of proxied calls that wait in memory for Kafka.', labels },
    () => [{ labels: who, value: waiting() }],
  )
  metrics.observed(
    'flywheel_spill_bytes',
    { help: 'Bytes of proxied calls that wait on disk for Kafka.', labels },
    () => [{ labels: who, value: spillBytes() }],
  )
  return {
    lose: (count, because) => {
      dropped.add({ ...who, reason: because }, count)
      log.error({ records: count, because }, 'records of proxied calls are lost')
    },
    spilled: (count, event) => records.add({ ...who, event }, count),
  }
}
