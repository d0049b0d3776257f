import { once } from 'node:events'
import { applyDdl } from '../clickhouse/apply.ts'
import { ensureSchemas } from '../kafka/ensure-schemas.ts'
import { ensureTopics } from '../kafka/ensure-topics.ts'
import { topicSpecifications } from '../kafka/topics.ts'
import { readStackRequest, stackUsage } from './stack-options.ts'
import { type Stack, startStack } from './start-stack.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const describe = (stack: Stack): void => {
  say(`Kafka       ${stack.kafka.brokers.join(',')}`)
  say(`Registry    ${stack.registry.url}`)
  say(`ClickHouse  ${stack.clickhouse.url}   (a page for queries: ${stack.clickhouse.url}/play)`)
  say('Ctrl-C stops the stack; its data stays.')
}

/** Whoever read our lines may go: that is no reason to stop. */
process.stdout.on('error', () => {})

const main = async (): Promise<void> => {
  const { help, partitions, options } = readStackRequest(process.argv.slice(2), process.env)
  if (help) return say(stackUsage)
  const asked = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => asked.abort())
  const { signal } = asked
  try {
    await using stack = await startStack({ ...options, log: say, signal })
    await ensureTopics(stack.kafka.brokers, topicSpecifications(partitions))
    await ensureSchemas(stack.registry.url)
    await applyDdl(stack.clickhouse)
    describe(stack)
    if (!signal.aborted) await once(signal, 'abort')
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
