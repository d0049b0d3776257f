import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BehindProxy, kafkaChild } from './kafka/kafka-child.ts'
import type { Ports } from './ports.ts'
import type { ChildSpecification } from './supervisor.ts'

/** What a stack consists of. */
export const stackComponents = ['kafka', 'registry', 'clickhouse'] as const

/** A part of the stack. */
export type StackComponent = (typeof stackComponents)[number]

/** Where the stack's parts answer; nobody listens at the address of a part that was not asked for. */
export interface StackAddresses {
  readonly kafka: { readonly brokers: readonly string[] }
  readonly registry: { readonly url: string }
  readonly clickhouse: { readonly url: string; readonly user: string; readonly password: string }
}

/** Where a stack's parts are and answer. */
export interface Plan {
  readonly dataDir: string
  readonly ports: Ports<StackComponent | 'controller'>
  readonly addresses: StackAddresses
  readonly kafkaBehindProxy?: BehindProxy
}

const nodeChild = (
  name: StackComponent,
  { dataDir }: Plan,
  url: string,
  environment: Readonly<Record<string, string>>,
): ChildSpecification => ({
  name,
  command: process.execPath,
  args: [fileURLToPath(new URL(`${name}/main.ts`, import.meta.url))],
  environment,
  logFile: join(dataDir, `${name}.log`),
  ready: async () => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) })
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`${name} answers ${answer.status}`)
  },
})

/** Kafka on its port, data and log. */
export const kafkaOf = ({ dataDir, ports, kafkaBehindProxy }: Plan): Promise<ChildSpecification> =>
  kafkaChild({
    folder: join(dataDir, 'kafka'),
    logFile: join(dataDir, 'kafka.log'),
    port: ports.kafka,
    controllerPort: ports.controller,
    ...(kafkaBehindProxy === undefined ? {} : { behindProxy: kafkaBehindProxy }),
  })

/** The schema registry in front of that Kafka. */
export const registryOf = (plan: Plan): ChildSpecification =>
  nodeChild('registry', plan, `${plan.addresses.registry.url}/subjects`, {
    REGISTRY_PORT: String(plan.ports.registry),
    KAFKA_BROKERS: plan.addresses.kafka.brokers.join(','),
  })

/** ClickHouse's engine behind its HTTP interface. */
export const clickhouseOf = (plan: Plan): ChildSpecification =>
  nodeChild('clickhouse', plan, `${plan.addresses.clickhouse.url}/ping`, {
    CLICKHOUSE_PORT: String(plan.ports.clickhouse),
    CLICKHOUSE_DATA_DIR: join(plan.dataDir, 'clickhouse'),
    CLICKHOUSE_USER: plan.addresses.clickhouse.user,
    CLICKHOUSE_PASSWORD: plan.addresses.clickhouse.password,
  })
