import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import { openPublisher, Transient } from '#kit'
import { type InferenceLog, topics } from '#schemas'
import { type Ground, partitionCount } from './ground/open-ground.ts'
import type { Plan } from './plan.ts'

/** The oracle's book: what the other side has acknowledged. */
export interface Book {
  readonly acknowledged: Set<string>
  readonly acknowledgedFeedback: Set<string>
}

/** An empty book. */
export const newBook = (): Book => ({
  acknowledged: new Set(),
  acknowledgedFeedback: new Set(),
})

const patienceMs = 90_000

const partitionOf = (key: string): number =>
  kafkajs.Partitioners.DefaultPartitioner()({
    topic: 'any',
    partitionMetadata: Array.from({ length: partitionCount }, (_, partitionId) => ({
      partitionId,
      leader: 1,
      partitionErrorCode: 0,
      replicas: [1],
      isr: [1],
    })),
    message: { key, value: '' },
  })

/** An id of this schedule that Kafka's partitioner puts into one of the first so many partitions. */
export const idOf = (seed: number, name: string, partitions: number): string => {
  for (let salt = 0; ; salt++) {
    const id = `s${seed}-${name}-${salt}`
    if (partitionOf(id) < partitions) return id
  }
}

/** A call that the curator takes for an example, with words of its own. */
export const logOf = (requestId: string): InferenceLog => ({
  ...{ requestId, traceId: '', sessionId: '', agentId: '', parentId: '', subject: '' },
  ...{ tenant: '', client: 'faults', workload: 'faults', eventTimeMs: Date.now() },
  request: JSON.stringify({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: `Where does parcel ${requestId} stay?` }],
  }),
  response: JSON.stringify({
    choices: [{ message: { role: 'assistant', content: `On its way, ${requestId}.` } }],
  }),
  ...{ model: 'gpt-4o', servedBy: 'production', role: 'served', artifactHash: '' },
  ...{ routeReason: '', canaryShare: 0, confidence: null, promptTokens: 12, completionTokens: 6 },
  ...{ ttftMs: null, latencyMs: 100, costUsd: 0.001, status: 200, finishReason: 'stop' },
  ...{ error: '', railHits: [], chunkIds: [], attributes: {} },
})

const persistently = async (attempt: () => Promise<void>): Promise<void> => {
  const deadlineMs = performance.now() + patienceMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Transient) || performance.now() > deadlineMs) throw error
    }
    await sleep(100)
  }
}

/** Publishes logs through the proxy; a try whose outcome is not known is made again under the same ids. */
export const openTraffic = async ({ stack, kafkaProxy, moments }: Ground, book: Book) => {
  const publisher = await openPublisher([topics.inferenceLogs], {
    brokers: [`127.0.0.1:${kafkaProxy.port}`],
    registryUrl: stack.registry.url,
    clientId: 'apps',
  })
  const publish = async (ids: readonly string[]): Promise<void> => {
    const logs = ids.map(logOf)
    await persistently(() => publisher.publish(topics.inferenceLogs, logs))
    for (const id of ids) book.acknowledged.add(id)
    moments.reach('records acknowledged', ids.length)
  }
  return { publish, close: () => publisher.close() }
}

/** An app's stream of calls. */
export const publishAll = async (
  { seed, records, partitions, together, pauseMs }: Plan,
  publish: (ids: readonly string[]) => Promise<void>,
): Promise<void> => {
  for (let from = 0; from < records; from += together) {
    const count = Math.min(together, records - from)
    await publish(
      Array.from({ length: count }, (_, index) => idOf(seed, String(from + index), partitions)),
    )
    await sleep(pauseMs)
  }
}

const post = async (url: string, body: unknown): Promise<boolean> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  })
  await answer.arrayBuffer()
  return answer.status === 202
}

/** Posts until the gateway says 202, its acknowledgement. */
const postPersistently = async (url: string, body: unknown): Promise<void> => {
  const deadlineMs = performance.now() + patienceMs
  while (!(await post(url, body).catch(() => false))) {
    if (performance.now() > deadlineMs) throw new Error(`${url} takes nothing`)
    await sleep(100)
  }
}

/** What people say of calls, and logs of other calls, through the gateway's doors. */
export const postAll = async (
  { gateway }: Ground,
  { seed, feedback, posts, partitions }: Plan,
  book: Book,
): Promise<void> => {
  for (let sent = 0; sent < feedback; sent++) {
    const requestId = `s${seed}-feedback-${sent}`
    await postPersistently(`${gateway.url}/v1/feedback`, { requestId, kind: 'thumbs', value: 'up' })
    book.acknowledgedFeedback.add(requestId)
  }
  for (let sent = 0; sent < posts; sent++) {
    const names = Array.from({ length: 1 + (sent % 5) }, (_, index) => `post-${sent}-${index}`)
    const ids = names.map((name) => idOf(seed, name, partitions))
    await postPersistently(`${gateway.url}/v1/logs`, ids.map(logOf))
    for (const id of ids) book.acknowledged.add(id)
  }
}
