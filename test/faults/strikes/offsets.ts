import { setTimeout as sleep } from 'node:timers/promises'
import { openPublisher } from '#kit'
import { topics } from '#schemas'
import { waitUntil } from '../../../examples/wheel/wait.ts'
import { ensureTopics } from '../../../infra/kafka/ensure-topics.ts'
import { topicSpecifications } from '../../../infra/kafka/topics.ts'
import { type Ground, partitionCount } from '../ground/open-ground.ts'
import type { Strike } from './kind.ts'

/** A door topic of which the oracle keeps no offsets, since these faults take them away. */
const topic = topics.documents

const publishDocuments = async ({ stack }: Ground, ids: readonly string[]): Promise<void> => {
  const publisher = await openPublisher([topic], {
    brokers: stack.kafka.brokers,
    registryUrl: stack.registry.url,
    clientId: 'documents',
  })
  const documents = ids.map((documentId) => ({
    ...{ documentId, collection: 'faults', title: documentId, mediaType: 'text/plain' },
    ...{ content: `Of ${documentId}.`, uri: '', removed: false, eventTimeMs: 0, attributes: {} },
  }))
  await publisher.publish(topic, documents)
  await publisher.close()
}

const storedOnce = async ({ ask }: Ground, ids: readonly string[], what: string) => {
  const list = ids.map((id) => `'${id}'`).join(', ')
  const count = () =>
    ask<{ rows: number; different: number }>(
      `SELECT count() AS rows, uniqExact(document_id) AS different
        FROM flywheel.documents WHERE document_id IN (${list})`,
    )
  const isAll = ([found]: Awaited<ReturnType<typeof count>>) => found?.different === ids.length
  const [found] = await waitUntil(what, count, isAll, { timeoutMs: 40_000 })
  if (found?.rows !== ids.length) throw new Error(`${what}: ${found?.rows} rows of ${ids.length}`)
}

/** An alarm must say so: a metric that is above zero on some sink. */
const alarmed = ({ sinks }: Ground, metric: string) =>
  waitUntil(
    `an alarm ${metric}`,
    async () => {
      const running = sinks.filter(({ runs }) => runs)
      const texts = await Promise.all(
        running.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
      )
      const own = texts.flatMap((text) => text.split('\n')).filter((l) => l.startsWith(metric))
      return own.filter((line) => line.includes('"documents"') && !line.endsWith(' 0'))
    },
    (lines) => lines.length > 0,
    { timeoutMs: 30_000 },
  )

const idsOf = (seed: number, name: string): readonly string[] =>
  Array.from({ length: 24 }, (_, index) => `s${seed}-${name}-${index}`)

/** Retention takes records that a sink which was down has not read: it says how many, and goes on behind them. */
export const retention: Strike = async (ground, { lastsMs }, seed) => {
  const { admin, sinks } = ground
  const [sink] = sinks
  await publishDocuments(ground, idsOf(seed, 'before'))
  await storedOnce(ground, idsOf(seed, 'before'), 'documents stored before retention')
  sink?.kill()
  await publishDocuments(ground, idsOf(seed, 'gone'))
  const ends = await admin.fetchTopicOffsets(topic.name)
  await admin.deleteTopicRecords({
    topic: topic.name,
    partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
  })
  await publishDocuments(ground, idsOf(seed, 'after'))
  await sleep(lastsMs)
  sink?.start()
  await alarmed(ground, 'flywheel_offsets_lost_total')
  await storedOnce(ground, idsOf(seed, 'after'), 'documents stored after retention')
}

/** The topic is removed and made anew, so that its offsets mean other records now: none of these may be taken for an old one. */
export const recreated: Strike = async (ground, { lastsMs }, seed) => {
  const { admin, sinks, stack } = ground
  const [sink] = sinks
  await publishDocuments(ground, idsOf(seed, 'old'))
  await storedOnce(ground, idsOf(seed, 'old'), 'documents stored before the topic was made anew')
  sink?.kill()
  await admin.deleteTopics({ topics: [topic.name] })
  await sleep(lastsMs)
  await ensureTopics(stack.kafka.brokers, topicSpecifications(partitionCount))
  await publishDocuments(ground, idsOf(seed, 'new'))
  sink?.start()
  await storedOnce(ground, idsOf(seed, 'new'), 'documents of the topic made anew')
}
