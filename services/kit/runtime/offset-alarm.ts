import type { OffsetsLost } from '../broker.ts'
import type { Logger } from '../outside.ts'
import type { Metrics } from './metrics.ts'

/**
 * Says aloud that records are gone unread, or that a topic is not what it was: an error in the log, a counter of offsets
 * and a gauge that stays at 1 until the service starts anew.
 */
export const offsetAlarm = (
  metrics: Metrics,
  log: Logger,
  service: string,
  processor: string,
): ((lost: OffsetsLost) => void) => {
  const labels = ['service', 'processor', 'topic', 'partition']
  const passed = metrics.counter('flywheel_offsets_lost_total', {
    help: 'Offsets that retention took before they were read.',
    labels,
  })
  const recreated = metrics.gauge('flywheel_topic_recreated', {
    help: '1 once a topic was found made anew or cut: it is read from its beginning.',
    labels,
  })
  return ({ topic, partition, kind, next, from, end }) => {
    const where = { service, processor, topic, partition: String(partition) }
    const numbers = { topic, partition, next: String(next), from: String(from), end: String(end) }
    if (kind === 'retention') {
      passed.add(where, Number(from - next))
      log.error({ ...numbers, lost: String(from - next) }, 'retention took records unread')
    } else {
      recreated.set(where, 1)
      log.error(numbers, 'a topic was made anew or cut: reading it from its beginning')
    }
  }
}
