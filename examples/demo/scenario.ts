import { digest, type Publisher } from '#kit'
import type { topics } from '#schemas'
import type { Ask } from '../wheel/clickhouse.ts'
import { forEachOf, postPatiently } from '../wheel/gateway-client.ts'
import type { Tell } from '../wheel/progress.ts'
import { publishPatiently } from '../wheel/publish.ts'
import { waitUntil } from '../wheel/wait.ts'
import { logFor, requestFor, requestIdOf, workload } from './calls.ts'
import type { Mail } from './mails.ts'

const minuteMs = 60_000
const publishAtATime = 100

/** Publishes mails as an app would log its calls; event times run by the minute and end at `endMs`. */
export const publishLogs = async (
  publisher: Publisher<typeof topics.inferenceLogs>,
  mails: readonly Mail[],
  endMs: number,
  tell: Tell,
): Promise<void> => {
  for (let from = 0; from < mails.length; from += publishAtATime) {
    const some = mails.slice(from, from + publishAtATime)
    const logs = some.map((mail, i) => logFor(mail, endMs - (mails.length - from - i) * minuteMs))
    await publishPatiently(publisher, logs)
    tell(from + some.length, mails.length)
  }
}

const isLabelled = (mail: Mail, share: number): boolean =>
  Number.parseInt(digest('labelled', mail.id).slice(0, 8), 16) / 0x1_0000_0000 < share

/** Sends mails to the gateway, and a person's label for a share of them, chosen by the mail's id. */
export const sendMails = async (
  gatewayUrl: string,
  mails: readonly Mail[],
  labelledShare: number,
  tell: Tell,
): Promise<void> => {
  let done = 0
  await forEachOf(mails, 8, async (mail) => {
    const requestId = requestIdOf(mail)
    const headers = { 'x-request-id': requestId, 'x-client-id': 'demo-gateway' }
    const answer = await postPatiently(
      `${gatewayUrl}/v1/chat/completions`,
      requestFor(mail),
      headers,
    )
    if (answer.status !== 200)
      throw new Error(`the gateway answered ${answer.status}: ${answer.body.slice(0, 300)}`)
    if (isLabelled(mail, labelledShare))
      await postPatiently(`${gatewayUrl}/v1/feedback`, {
        requestId,
        workload,
        kind: 'label',
        value: mail.label,
      })
    done += 1
    tell(done, mails.length)
  })
}

/** Waits until drift has triggered a turn. */
export const waitForTrigger = (ask: Ask): Promise<unknown> =>
  waitUntil(
    'a retrain trigger',
    async () => {
      const [row] = await ask<{ triggers: number }>(
        'SELECT count() AS triggers FROM flywheel.retrain_triggers WHERE workload = {workload:String}',
        { workload },
      )
      return row?.triggers ?? 0
    },
    (triggers) => triggers > 0,
    { timeoutMs: 60_000 },
  )
