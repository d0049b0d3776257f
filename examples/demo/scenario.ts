import { digest, type Publisher } from '#kit'
import { topics } from '#schemas'
import type { Ask } from '../wheel/clickhouse.ts'
import { forEachOf, postPatiently } from '../wheel/gateway-client.ts'
import { waitUntil } from '../wheel/wait.ts'
import { logFor, requestFor, requestIdOf, workload } from './calls.ts'
import type { Mail } from './mails.ts'

/** Told how far a step is: done of all. */
export type Tell = (done: number, all: number) => void

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
    await publisher.publish(topics.inferenceLogs, logs)
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

/** Waits until the table has a served row for every mail. */
export const waitForLogs = (ask: Ask, mails: number, tell: Tell): Promise<unknown> =>
  waitUntil(
    'the logs in ClickHouse',
    async () => {
      const [row] = await ask<{ rows: number }>(
        `SELECT uniqExact(request_id) AS rows FROM flywheel.inference_logs WHERE workload = {workload:String} AND role = 'served'`,
        { workload },
      )
      return row?.rows ?? 0
    },
    (rows) => rows >= mails,
    { onAnswer: (rows) => tell(Math.min(rows, mails), mails) },
  )

interface Turn {
  readonly datasets: number
  readonly candidates: number
  readonly ready: number
  readonly decided: number
}

const turnSql = `SELECT
  (SELECT count() FROM flywheel.training_ready WHERE workload = {workload:String}) AS datasets,
  (SELECT count() FROM flywheel.candidates WHERE workload = {workload:String}) AS candidates,
  (SELECT countIf(state = 'ready') FROM flywheel.candidates WHERE workload = {workload:String}) AS ready,
  (SELECT count() FROM flywheel.promotions WHERE workload = {workload:String}) AS decided`

/** Waits for a dataset version, its two candidates, and a verdict on each that can be judged. */
export const waitForTurn = (
  ask: Ask,
  turn: number,
  enough: (state: Turn) => boolean,
): Promise<Turn> =>
  waitUntil(
    `turn ${turn}`,
    async () => {
      const [row] = await ask<Turn>(turnSql, { workload })
      return row ?? { datasets: 0, candidates: 0, ready: 0, decided: 0 }
    },
    enough,
    { timeoutMs: 180_000 },
  )

/** Waits until the gateway serves the champion that the last decision named. */
export const waitForChampion = async (ask: Ask, gatewayUrl: string): Promise<void> => {
  const [state] = await ask<{ champion: string; kind: string }>(
    `SELECT champion_candidate_id AS champion, champion_kind AS kind FROM flywheel.promotions
    WHERE workload = {workload:String} ORDER BY revision DESC LIMIT 1`,
    { workload },
  )
  if (state === undefined || state.kind === 'production') return
  await waitUntil(
    'the gateway to know the champion',
    async () => (await fetch(`${gatewayUrl}/v1/models`)).text(),
    (models) => models.includes(state.champion),
  )
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
