import { setTimeout as sleep } from 'node:timers/promises'
import { ensureSchemas, RegistryAway } from './ensure-schemas.ts'
import { ensureTopics } from './ensure-topics.ts'
import { topicSpecifications } from './topics.ts'

const patienceMs = 60_000

const partitionsFrom = (text: string): number => {
  const partitions = Number(text)
  if (Number.isSafeInteger(partitions) && partitions > 0) return partitions
  throw new Error(`PARTITIONS is '${text}': a whole number from 1`)
}

const brokersFrom = (text: string): readonly string[] => {
  const brokers = text.split(',').map((broker) => broker.trim())
  if (brokers.every((broker) => /^\S+:\d+$/.test(broker))) return brokers
  throw new Error(`KAFKA_BROKERS is '${text}': host:port, with commas between`)
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')

/** Only a neighbour that is not there yet is waited for; what it refuses, it refuses again. */
const isAway = (error: unknown): boolean =>
  error instanceof RegistryAway ||
  /^KafkaJS(Connection|NumberOfRetriesExceeded|RequestTimeout|BrokerNotFound)/.test(nameOf(error))

const patiently = async (ensure: () => Promise<void>): Promise<void> => {
  const deadlineMs = performance.now() + patienceMs
  for (;;) {
    try {
      return await ensure()
    } catch (error) {
      if (!isAway(error) || performance.now() > deadlineMs) throw error
      await sleep(1000)
    }
  }
}

try {
  const brokers = brokersFrom(process.env['KAFKA_BROKERS'] || '127.0.0.1:9092')
  const topics = topicSpecifications(partitionsFrom(process.env['PARTITIONS'] || '1'))
  const registryUrl = process.env['REGISTRY_URL'] || 'http://127.0.0.1:8081'
  await patiently(() => ensureTopics(brokers, topics))
  process.stdout.write(`${topics.length} topics are as wanted at ${brokers.join(',')}\n`)
  await patiently(() => ensureSchemas(registryUrl))
  process.stdout.write(`their schemas are at ${registryUrl}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
