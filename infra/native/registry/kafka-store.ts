import kafkajs from 'kafkajs'
import { quietIdleConnections } from './kafkajs-idle.ts'
import { logLine } from './log-line.ts'
import { LogReader } from './log-reader.ts'
import { ensureLogTopic } from './log-topic.ts'
import { isFenced, LogWriter } from './log-writer.ts'
import type { Apply, SchemaStore } from './store.ts'

quietIdleConnections()

/** Where the log is, and whom to tell when it can't be followed any more. */
export interface KafkaStoreOptions {
  readonly brokers: readonly string[]
  readonly topic: string
  /** Another registry took over, or the reader died: the process must end and start anew. */
  readonly onDead: (error: Error) => void
}

const patienceMs = 15_000

const toStandardError =
  () =>
  ({ log }: { log: { message: string } }): void =>
    logLine('warn', log.message, { from: 'kafkajs' })

/**
 * The log in a compacted Kafka topic. Resolves when the state is as the log is; from then on an append resolves once its records were
 * read back. Rejects when Kafka can't be reached or the topic has the wrong form.
 */
export const openKafkaStore = async (
  apply: Apply,
  { brokers, topic, onDead }: KafkaStoreOptions,
): Promise<SchemaStore> => {
  const kafka = new kafkajs.Kafka({
    clientId: 'schema-registry',
    brokers: [...brokers],
    logLevel: kafkajs.logLevel.ERROR,
    // Kafka may be away for a while; when it is back, nobody should still be waiting out a long pause.
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 6 },
    logCreator: toStandardError,
  })
  await ensureLogTopic(kafka, topic)
  const reader = new LogReader(kafka, apply, onDead)
  const writer = new LogWriter(kafka, topic)
  // A new writer first fences the former one; what the log holds by then is all that can have been written.
  const takeOver = async (): Promise<void> => {
    const offset = await writer.write([{ kind: 'noop' }])
    await reader.reach(offset, patienceMs)
  }
  const close = async (): Promise<void> => {
    await Promise.all([writer.close(), reader.stop()])
  }
  try {
    await reader.start(topic)
    await takeOver()
  } catch (error) {
    await close()
    throw error
  }
  return {
    close,
    async append(records) {
      try {
        if (writer.isNew) await takeOver()
        await reader.reach(await writer.write(records), patienceMs)
      } catch (error) {
        await writer.close()
        if (isFenced(error) && error instanceof Error) onDead(error)
        throw error
      }
    },
  }
}
