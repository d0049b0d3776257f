import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../../infra/native/ports.ts'
import type { StackAddresses } from '../../infra/native/stack-parts.ts'
import {
  type ChildSpecification,
  type Supervised,
  supervise,
  type Tell,
} from '../../infra/native/supervisor.ts'

/** Every service of the wheel, in no order: they meet in topics and wait for each other. */
export const serviceNames = [
  'gateway',
  'retriever',
  'log-sink',
  'curator',
  'dataset-builder',
  'trainer',
  'evaluator',
  'promoter',
  'drift-detector',
] as const

/** A service's folder name. */
export type ServiceName = (typeof serviceNames)[number]

/** The running services. */
export interface Services {
  /** Where a service's HTTP answers: health, readiness, metrics, and its routes. */
  readonly url: (name: ServiceName) => string
  readonly child: (name: ServiceName) => Supervised
  readonly stop: () => Promise<void>
}

/** What the services are started with. */
export interface ServicesOptions {
  readonly stack: StackAddresses
  /** Logs and objects go below. */
  readonly dataDir: string
  /** Settings beyond the addresses, for all of them. */
  readonly settings: Readonly<Record<string, string>>
  readonly tell: Tell
}

const environmentOf = ({ stack, dataDir, settings }: ServicesOptions, port: number) => ({
  KAFKA_BROKERS: stack.kafka.brokers.join(','),
  REGISTRY_URL: stack.registry.url,
  CLICKHOUSE_URL: stack.clickhouse.url,
  CLICKHOUSE_USER: stack.clickhouse.user,
  CLICKHOUSE_PASSWORD: stack.clickhouse.password,
  OBJECTS_URI: join(resolve(dataDir), 'objects'),
  PROXY_SPILL_DIR: join(resolve(dataDir), 'spill'),
  HTTP_PORT: String(port),
  NODE_COMPILE_CACHE: join(resolve(dataDir), 'compile-cache'),
  LOG_LEVEL: 'warn',
  ...settings,
})

const specificationOf = (
  name: ServiceName,
  port: number,
  options: ServicesOptions,
): ChildSpecification => ({
  name,
  command: process.execPath,
  args: [fileURLToPath(new URL(`../../services/${name}/main.ts`, import.meta.url))],
  environment: environmentOf(options, port),
  logFile: join(options.dataDir, 'logs', `${name}.log`),
  ready: async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`, {
      signal: AbortSignal.timeout(2000),
    })
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`${name} is not ready`)
  },
})

const find = <T>(found: T | undefined, name: string): T => {
  if (found === undefined) throw new Error(`no service ${name}`)
  return found
}

/** Starts every service as a process of its own, supervised: one that dies comes back on its port. */
export const startServices = async (options: ServicesOptions): Promise<Services> => {
  mkdirSync(join(options.dataDir, 'logs'), { recursive: true })
  const ports = await freePorts(serviceNames.length)
  const portOf = (name: ServiceName) => find(ports[serviceNames.indexOf(name)], name)
  const starting = serviceNames.map((name) =>
    supervise(specificationOf(name, portOf(name), options), options.tell),
  )
  const started = await Promise.allSettled(starting)
  const children = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()))
  }
  const failed = started.find((one) => one.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  return {
    url: (name) => `http://127.0.0.1:${portOf(name)}`,
    child: (name) =>
      find(
        children.find((child) => child.name === name),
        name,
      ),
    stop,
  }
}
