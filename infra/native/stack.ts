import { parseArgs } from 'node:util'
import { startStack } from './start-stack.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const usage = `npm run stack -- [options]
  --data DIR              data folder (.flywheel/stack)
  --kafka-port N          Kafka's port (a free one)
  --registry-port N       the schema registry's port (a free one)
  --clickhouse-port N     ClickHouse's HTTP port (a free one)
  --password WORD         ClickHouse's password (none)`

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: '.flywheel/stack' },
      'kafka-port': { type: 'string', default: '0' },
      'registry-port': { type: 'string', default: '0' },
      'clickhouse-port': { type: 'string', default: '0' },
      password: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return say(usage)
  const stack = await startStack({
    dataDir: values.data,
    kafkaPort: Number(values['kafka-port']),
    registryPort: Number(values['registry-port']),
    clickhousePort: Number(values['clickhouse-port']),
    password: values.password,
    tell: say,
  })
  say(`Kafka       ${stack.kafka.brokers.join(',')}`)
  say(`Registry    ${stack.registry.url}`)
  say(`ClickHouse  ${stack.clickhouse.url}   (a page for queries: ${stack.clickhouse.url}/play)`)
  say('Ctrl-C stops the stack; its data stays.')
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  await stack.stop()
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
