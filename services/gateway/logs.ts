import { defineRoute, type Message, message, type RouteRequest, reply } from '#kit'
import { topics } from '#schemas'
import { joinChunks } from './logs/join-chunks.ts'
import { type Reader, readRecord, type Taken } from './logs/read-record.ts'
import type { Refused } from './logs/record-parts.ts'
import { splitBody } from './logs/split-body.ts'
import { failure } from './openai-error.ts'
import { chatSettings } from './settings.ts'
import type { World } from './world.ts'

type Out = typeof topics.inferenceLogs | typeof topics.feedback

const recordsMax = 1000
const nameCharactersMax = 256

const refusal = (status: number, said: string, errors: readonly unknown[] = []) => {
  const { error } = failure(status, 'invalid_logs', said)
  return reply<Out>(status, { error, errors })
}

const bounded = (header: string | undefined): string =>
  (header ?? '').slice(0, nameCharactersMax).toWellFormed()

const readerOf = (
  { headers, client }: RouteRequest,
  rest: Pick<Reader, 'subjectKey' | 'prices' | 'nowMs'>,
): Reader => ({
  ...rest,
  client: bounded(client),
  clientNamed: bounded(headers['x-client-id']),
  workload: bounded(headers['x-flywheel-workload']),
})

interface Judged {
  readonly index: number
  readonly read: Taken | Refused
}

const errorsOf = (judged: readonly Judged[]) =>
  judged.flatMap(({ index, read }) =>
    'log' in read
      ? []
      : [{ index, ...(read.field !== undefined && { field: read.field }), message: read.fault }],
  )

const ignoredOf = (judged: readonly Judged[]) =>
  judged.flatMap(({ index, read }) =>
    'log' in read && read.ignored.length > 0 ? [{ index, fields: read.ignored }] : [],
  )

const answered = (judged: readonly Judged[]) => {
  const taken = judged.flatMap(({ read }) => ('log' in read ? [read] : []))
  const errors = errorsOf(judged)
  if (taken.length === 0) return refusal(400, 'No record fits.', errors)
  const said = taken.flatMap(({ feedback }) => feedback)
  const body = {
    accepted: taken.length,
    requestIds: taken.map(({ log }) => log.requestId),
    errors,
    ignored: ignoredOf(judged),
    ...(said.length > 0 && { feedbackIds: said.map(({ feedbackId }) => feedbackId) }),
  }
  const messages: readonly Message<Out>[] = [
    ...taken.map(({ log }) => message(topics.inferenceLogs, log)),
    ...said.map((one) => message(topics.feedback, one)),
  ]
  return reply(202, body, messages)
}

/** What a body holds, or why it holds nothing. */
type Facts =
  | { readonly judged: readonly Judged[] }
  | { readonly status: number; readonly said: string }

/** Reads record by record and gives way in between: tokens that nobody counted take milliseconds to count. */
const judge = async (
  request: RouteRequest,
  { prices, giveWay }: Pick<World, 'prices' | 'giveWay'>,
  subjectKey: string,
): Promise<Facts> => {
  const split = splitBody(request.bytes, request.headers['content-type'] ?? '')
  if ('fault' in split) return { status: 400, said: `The body ${split.fault}.` }
  const placed = joinChunks(split.items)
  if (placed.length === 0) return { status: 400, said: 'There is no record in it.' }
  if (placed.length > recordsMax)
    return { status: 413, said: `At most ${recordsMax} records at a time.` }
  const reader = readerOf(request, { subjectKey, prices, nowMs: request.arrivedAtMs })
  const judged: Judged[] = []
  for (const { index, item } of placed) {
    judged.push({ index, read: readRecord(item, reader) })
    await giveWay()
  }
  return { judged }
}

/**
 * Takes the logs of an app's own calls: one record, an array, or one a line; OpenAI's pairs, the NVIDIA blueprint's records, our own,
 * and streamed answers as chunks. Each is judged alone; the good ones are published, the others told by index.
 */
export const logs = defineRoute({
  service: 'gateway',
  name: 'logs',
  method: 'POST',
  path: '/v1/logs',
  scope: 'publish',
  rawBody: true,
  outputs: [topics.inferenceLogs, topics.feedback],
  settings: { subjectKey: chatSettings.subjectKey },

  gather: (request, world: Pick<World, 'prices' | 'giveWay'>, { subjectKey }) =>
    judge(request, world, subjectKey),

  decide: (_request, { facts }) =>
    'judged' in facts ? answered(facts.judged) : refusal(facts.status, facts.said),
})
