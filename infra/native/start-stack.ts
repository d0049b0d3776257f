import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kafkaChild } from './kafka/kafka-child.ts'
import { takeLock } from './lock.ts'
import { freePorts } from './ports.ts'
import { type ChildSpecification, type Supervised, supervise, type Tell } from './supervisor.ts'

/** Where the stack's parts answer. */
export interface StackAddresses {
  readonly kafka: { readonly brokers: readonly string[] }
  readonly registry: { readonly url: string }
  readonly clickhouse: { readonly url: string; readonly user: string; readonly password: string }
}

/** A running stack. */
export interface Stack extends StackAddresses {
  /** A part by name: kafka, registry or clickhouse. */
  readonly child: (name: string) => Supervised
  readonly stop: () => Promise<void>
}

/** Where and how to start. A port of 0 is a free one. */
export interface StackOptions {
  readonly dataDir: string
  readonly kafkaPort?: number
  readonly registryPort?: number
  readonly clickhousePort?: number
  readonly password?: string
  readonly tell?: Tell
}

const nodeChild = (
  name: string,
  dataDir: string,
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
    if (!answer.ok) throw new Error(`${name} answers ${answer.status}`)
  },
})

const announce = async (dataDir: string, addresses: StackAddresses): Promise<string> => {
  const file = join(dataDir, 'stack.json')
  await writeFile(`${file}.new`, `${JSON.stringify(addresses, null, 2)}\n`)
  await rename(`${file}.new`, file)
  return file
}

const startParts = async (
  starts: readonly (() => Promise<Supervised>)[],
): Promise<readonly Supervised[]> => {
  const parts: Supervised[] = []
  try {
    for (const start of starts) parts.push(await start())
    return parts
  } catch (error) {
    await Promise.all(parts.map((part) => part.stop()))
    throw error
  }
}

/**
 * Starts Kafka, the schema registry and ClickHouse as children of this process and waits until each can be used. Data
 * survives a restart and a SIGKILL; a part that dies is started again on its port and data.
 */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const dataDir = resolve(options.dataDir)
  const { tell = () => {}, password = '' } = options
  await mkdir(dataDir, { recursive: true })
  const release = takeLock(join(dataDir, 'stack.lock'))
  const free = await freePorts(4)
  const port = (wanted: number | undefined, index: number) => wanted || (free[index] ?? 0)
  const kafkaPort = port(options.kafkaPort, 0)
  const registryPort = port(options.registryPort, 1)
  const clickhousePort = port(options.clickhousePort, 2)
  const addresses: StackAddresses = {
    kafka: { brokers: [`127.0.0.1:${kafkaPort}`] },
    registry: { url: `http://127.0.0.1:${registryPort}` },
    clickhouse: { url: `http://127.0.0.1:${clickhousePort}`, user: 'default', password },
  }
  const registry = nodeChild('registry', dataDir, `${addresses.registry.url}/subjects`, {
    REGISTRY_PORT: String(registryPort),
    KAFKA_BROKERS: addresses.kafka.brokers.join(','),
  })
  const clickhouse = nodeChild('clickhouse', dataDir, `${addresses.clickhouse.url}/ping`, {
    CLICKHOUSE_PORT: String(clickhousePort),
    CLICKHOUSE_DATA_DIR: join(dataDir, 'clickhouse'),
    CLICKHOUSE_PASSWORD: password,
  })
  const place = { folder: join(dataDir, 'kafka'), port: kafkaPort, controllerPort: free[3] ?? 0 }
  try {
    const early = supervise(clickhouse, tell)
    early.catch(() => {})
    const parts = await startParts([
      async () => supervise(await kafkaChild(place), tell),
      () => supervise(registry, tell),
      () => early,
    ])
    const file = await announce(dataDir, addresses)
    return {
      ...addresses,
      child: (name) => {
        const part = parts.find((one) => one.name === name)
        if (part === undefined) throw new Error(`the stack has no ${name}`)
        return part
      },
      stop: async () => {
        await rm(file, { force: true })
        for (const part of parts.toReversed()) await part.stop()
        release()
      },
    }
  } catch (error) {
    release()
    throw error
  }
}
