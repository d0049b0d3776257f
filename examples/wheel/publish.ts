import { setTimeout as sleep } from 'node:timers/promises'
import { type Publisher, Transient } from '#kit'
import type { InferenceLog } from '#schemas'
import { topics } from '#schemas'

const triesMax = 30

/** Publishes logs; tries again while Kafka is away: what was taken already is then stored as a repeat. */
export const publishPatiently = async (
  publisher: Publisher<typeof topics.inferenceLogs>,
  logs: readonly InferenceLog[],
): Promise<void> => {
  for (let tries = 1; ; tries++) {
    try {
      return await publisher.publish(topics.inferenceLogs, logs)
    } catch (error) {
      if (!(error instanceof Transient) || tries >= triesMax) throw error
      await sleep(Math.min(2000, 100 * tries))
    }
  }
}
