import { existsSync, readdirSync, readFileSync } from 'node:fs'
import kafkajs from 'kafkajs'
import { identify } from './process-identity.ts'
import type { StackAddresses } from './stack-parts.ts'

const { Kafka, logLevel } = kafkajs

/** Whether a process runs. */
export const isAlive = (pid: number): boolean => identify(pid) !== undefined

/** Whether the system tells about all its processes. */
export const hasProc = existsSync('/proc')

/** Processes whose command line or environment names this folder: all that a stack started. None where there is no /proc. */
export const processesOf = (dataDir: string): readonly string[] =>
  (hasProc ? readdirSync('/proc') : [])
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8')
        return `${read('cmdline')}${read('environ')}`.includes(dataDir)
      } catch {
        return false
      }
    })

const client = ({ kafka }: StackAddresses) =>
  new Kafka({
    clientId: 'test',
    brokers: [...kafka.brokers],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 60 },
  })

/** Fifty values to send. */
export const values = (from: number) =>
  Array.from({ length: 50 }, (_, index) => `value-${from + index}`)

/** Sends values to the topic `things`. */
export const send = async (stack: StackAddresses, messages: readonly string[]): Promise<void> => {
  const producer = client(stack).producer()
  await producer.connect()
  await producer.send({
    topic: 'things',
    messages: messages.map((value) => ({ key: value, value })),
  })
  await producer.disconnect()
}

/** Reads the topic `things` from its beginning until so many values were seen. */
export const readAll = async (stack: StackAddresses, count: number): Promise<readonly string[]> => {
  const consumer = client(stack).consumer({ groupId: 'readers', sessionTimeout: 6000 })
  const seen: string[] = []
  const enough = Promise.withResolvers<void>()
  await consumer.connect()
  await consumer.subscribe({ topic: 'things', fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => {
      if (seen.push(String(message.value)) >= count) enough.resolve()
    },
  })
  await enough.promise
  await consumer.disconnect()
  return seen
}

/** Asks ClickHouse. */
export const askClickHouse = async (
  { clickhouse }: StackAddresses,
  query: string,
): Promise<string> => {
  const answer = await fetch(clickhouse.url, {
    method: 'POST',
    body: query,
    headers: {
      'X-ClickHouse-User': clickhouse.user,
      'X-ClickHouse-Key': clickhouse.password,
    },
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return text.trim()
}

/** Registers a schema for `things`. */
export const register = async ({ registry }: StackAddresses): Promise<void> => {
  const answer = await fetch(`${registry.url}/subjects/things-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: '"string"' }),
  })
  if (!answer.ok) throw new Error(`the registry answers ${answer.status}: ${await answer.text()}`)
}
