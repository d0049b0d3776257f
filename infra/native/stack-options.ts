import { parseArgs } from 'node:util'
import type { StackOptions } from './start-stack.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What the command line may say. */
export const stackUsage = `npm run stack -- [options]
  --data DIR              data folder (.flywheel/stack)
  --kafka-port N          Kafka's port (KAFKA_PORT; else the last run's, else a free one)
  --registry-port N       the schema registry's port (REGISTRY_PORT; likewise)
  --clickhouse-port N     ClickHouse's HTTP port (CLICKHOUSE_PORT; likewise)
  --password WORD         ClickHouse's password (CLICKHOUSE_PASSWORD; none)
  --partitions N          partitions of each topic (1)
  --help                  this text`

/** What `npm run stack` was asked. */
export interface StackRequest {
  readonly help: boolean
  readonly partitions: number
  readonly options: StackOptions
}

const numberOf = (name: string, text: string, [least, most]: readonly [number, number]) => {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : -1
  return value >= least && value <= most
    ? { value }
    : { value, fault: `${name} is '${text}': a whole number from ${least} to ${most}` }
}

/**
 * Reads the command line and, for what it does not say, the environment. A relative data folder is one of the current folder.
 * @throws Error that lists every wrong setting
 */
export const readStackRequest = (
  args: readonly string[],
  environment: Environment,
): StackRequest => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: '.flywheel/stack' },
      'kafka-port': { type: 'string', default: environment['KAFKA_PORT'] || '0' },
      'registry-port': { type: 'string', default: environment['REGISTRY_PORT'] || '0' },
      'clickhouse-port': { type: 'string', default: environment['CLICKHOUSE_PORT'] || '0' },
      password: { type: 'string', default: environment['CLICKHOUSE_PASSWORD'] ?? '' },
      partitions: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  const portRange = [0, 65_535] as const
  const kafka = numberOf('--kafka-port', values['kafka-port'], portRange)
  const registry = numberOf('--registry-port', values['registry-port'], portRange)
  const clickhouse = numberOf('--clickhouse-port', values['clickhouse-port'], portRange)
  const partitions = numberOf('--partitions', values.partitions, [1, 1000])
  const faults = [kafka, registry, clickhouse, partitions].flatMap(({ fault }) => fault ?? [])
  if (faults.length > 0) throw new Error(`wrong settings:\n- ${faults.join('\n- ')}`)
  return {
    help: values.help,
    partitions: partitions.value,
    options: {
      dataDir: values.data,
      password: values.password,
      ports: { kafka: kafka.value, registry: registry.value, clickhouse: clickhouse.value },
    },
  }
}
