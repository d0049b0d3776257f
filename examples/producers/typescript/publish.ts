import { randomUUID } from 'node:crypto'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import kafkajs from 'kafkajs'

const topic = 'inference-logs'
const requestId = randomUUID()

const log = {
  requestId,
  sessionId: 'session-1',
  client: 'example-typescript',
  workload: 'greetings',
  eventTimeMs: Date.now(),
  request: JSON.stringify({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'Say hello to TypeScript.' }],
  }),
  response: JSON.stringify({
    choices: [{ message: { role: 'assistant', content: 'Hello, TypeScript!' } }],
    usage: { prompt_tokens: 12, completion_tokens: 5 },
  }),
  model: 'gpt-4o',
  servedBy: 'production',
  promptTokens: 12,
  completionTokens: 5,
  latencyMs: 420,
  status: 200,
  finishReason: 'stop',
}

const registry = new SchemaRegistry({
  host: process.env['REGISTRY_URL'] ?? 'http://127.0.0.1:8081',
})
// The schema is Flywheel's: it is looked up, never registered.
const schemaId = await registry.getLatestSchemaId(`${topic}-value`)

const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:9092').split(',')
const kafka = new kafkajs.Kafka({ clientId: 'example-typescript', brokers })
const producer = kafka.producer({ idempotent: true, allowAutoTopicCreation: false })
await producer.connect()
const [sent] = await producer.send({
  topic,
  acks: -1,
  messages: [{ key: requestId, value: await registry.encode(schemaId, log) }],
})
await producer.disconnect()
process.stdout.write(`published ${requestId} to ${topic}/${sent?.partition}/${sent?.baseOffset}\n`)
process.exit(0)
