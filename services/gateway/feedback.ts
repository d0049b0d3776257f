import { defineRoute, message, type Reply, type RouteRequest, reply, subjectOf } from '#kit'
import { type Feedback, topics } from '#schemas'
import { readFeedback } from './feedback-item.ts'
import { failure } from './openai-error.ts'
import { chatSettings } from './settings.ts'

const itemsMax = 1000
const actorCharactersMax = 256

const refusal = (said: string, errors: readonly unknown[] = []) => {
  const { status, error } = failure(400, 'invalid_feedback', said)
  return reply<typeof topics.feedback>(status, { error, errors })
}

const readAll = (
  items: readonly unknown[],
  { headers }: RouteRequest,
  key: string,
  nowMs: number,
) => {
  const giver = {
    actor: (headers['x-client-id'] ?? '').slice(0, actorCharactersMax).toWellFormed(),
    subject: key === '' ? '' : subjectOf(key, headers['x-subject'] ?? ''),
    nowMs,
  }
  return items.map((item) => readFeedback(item, giver))
}

/** Takes what people and judges say of calls: one item or an array; the good ones are taken, the others told by index. */
export const feedback = defineRoute({
  service: 'gateway',
  name: 'feedback',
  method: 'POST',
  path: '/v1/feedback',
  scope: 'publish',
  outputs: [topics.feedback],
  settings: { subjectKey: chatSettings.subjectKey },

  decide: (request, { settings, nowMs }) => {
    const items: readonly unknown[] = Array.isArray(request.body) ? request.body : [request.body]
    if (items.length === 0) return refusal('There is no feedback in it.')
    if (items.length > itemsMax) return refusal(`At most ${itemsMax} items at a time.`)
    const read = readAll(items, request, settings.subjectKey, nowMs)
    const taken = read.filter((one): one is Feedback => !('fault' in one))
    const errors = read.flatMap((one, index) =>
      'fault' in one ? [{ index, message: one.fault }] : [],
    )
    if (taken.length === 0) return refusal('No item fits.', errors)
    const body: Reply['body'] = {
      accepted: taken.length,
      feedbackIds: taken.map(({ feedbackId }) => feedbackId),
      errors,
    }
    return reply(
      202,
      body,
      taken.map((one) => message(topics.feedback, one)),
    )
  },
})
