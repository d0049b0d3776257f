import type { Feedback, InferenceLog } from '#schemas'
import { readFeedback } from '../feedback-item.ts'
import type { Refused } from './record-parts.ts'

const itemsMax = 100

const itemOf = (item: unknown, { requestId, workload }: InferenceLog): unknown =>
  typeof item === 'object' && item !== null && !Array.isArray(item)
    ? { workload, ...item, requestId }
    : item

/**
 * What a record brings along of what people and judges said of its call: one item of `POST /v1/feedback` or an array, without
 * the request id. One that does not fit refuses them all. Pure.
 */
export const recordFeedback = (
  given: unknown,
  log: InferenceLog,
  nowMs: number,
): readonly Feedback[] | Refused => {
  if (given === undefined) return []
  const items: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (items.length > itemsMax) return { fault: `has more than ${itemsMax}`, field: 'feedback' }
  const giver = { actor: log.client, subject: log.subject, nowMs }
  const read = items.map((item) => readFeedback(itemOf(item, log), giver))
  const wrong = read.find((one) => 'fault' in one)
  return wrong === undefined
    ? read.filter((one): one is Feedback => !('fault' in one))
    : { fault: wrong.fault, field: 'feedback' }
}
