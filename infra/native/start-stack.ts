import { join, resolve } from 'node:path'
import type { BehindProxy } from './kafka/kafka-child.ts'
import { takeLock } from './lock.ts'
import { choosePorts, type Ports } from './ports.ts'
import { StackFolder } from './stack-folder.ts'
import {
  clickhouseOf,
  kafkaOf,
  type Plan,
  registryOf,
  type StackAddresses,
  type StackComponent,
  stackComponents,
} from './stack-parts.ts'
import { type ChildSpecification, type Supervised, supervise, type Tell } from './supervisor.ts'

/** A running stack. */
export interface Stack extends StackAddresses, AsyncDisposable {
  /** A running part. Throws when it was not asked for. */
  readonly child: (name: StackComponent) => Supervised
  /** Ends all parts, Kafka last, within 10 s; the data stays. */
  readonly stop: () => Promise<void>
}

/** Where and how to start. */
export interface StackOptions {
  readonly dataDir: string
  /** Absent or 0: the last run's port if it is free, else a free one. */
  readonly ports?: Partial<Ports<StackComponent>>
  /** ClickHouse's password; none unless set. */
  readonly password?: string
  /** All unless set; the registry can't become ready without Kafka. */
  readonly components?: readonly StackComponent[]
  /** A second door of Kafka, for clients that come by a proxy of the caller's. */
  readonly kafkaBehindProxy?: BehindProxy
  /** Told when a part ends and when it is back. */
  readonly log?: Tell
  /** Gives up the start. */
  readonly signal?: AbortSignal
}

/** Together they stay below 10 s. */
const stopEarlyWithinMs = 4000
const stopKafkaWithinMs = 5000

const planOf = async (
  { dataDir, ports = {}, password = '', kafkaBehindProxy }: StackOptions,
  folder: StackFolder,
): Promise<Plan> => {
  const chosen = await choosePorts(
    [...stackComponents, 'controller'] as const,
    ports,
    folder.lastPorts(),
  )
  folder.keepPorts(chosen)
  return {
    dataDir: resolve(dataDir),
    ports: chosen,
    ...(kafkaBehindProxy === undefined ? {} : { kafkaBehindProxy }),
    addresses: {
      kafka: { brokers: [`127.0.0.1:${chosen.kafka}`] },
      registry: { url: `http://127.0.0.1:${chosen.registry}` },
      clickhouse: { url: `http://127.0.0.1:${chosen.clickhouse}`, user: 'default', password },
    },
  }
}

type Parts = Map<StackComponent, Supervised>

const stopParts = async (parts: Parts): Promise<void> => {
  const early = [...parts.values()].filter(({ name }) => name !== 'kafka')
  await Promise.all(early.map((part) => part.stop(stopEarlyWithinMs)))
  await parts.get('kafka')?.stop(stopKafkaWithinMs)
}

type Start = (specification: ChildSpecification) => Promise<Supervised>

/** ClickHouse needs nobody and starts beside the others; the registry needs Kafka. */
const startParts = async (plan: Plan, options: StackOptions, start: Start): Promise<Parts> => {
  const { components = stackComponents } = options
  const parts: Parts = new Map()
  const begin = async (name: StackComponent, make: () => Promise<ChildSpecification>) => {
    if (components.includes(name)) parts.set(name, await start(await make()))
  }
  const log = async () => {
    await begin('kafka', () => kafkaOf(plan))
    await begin('registry', async () => registryOf(plan))
  }
  const ends = await Promise.allSettled([
    log(),
    begin('clickhouse', async () => clickhouseOf(plan)),
  ])
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed === undefined) return parts
  await stopParts(parts)
  throw failed.reason
}

const startLocked = async (
  options: StackOptions,
  folder: StackFolder,
  release: () => void,
): Promise<Stack> => {
  const { log, signal } = options
  await folder.endOrphans()
  const plan = await planOf(options, folder)
  const failed = new AbortController()
  const given = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal])
  let isUp = false
  const start: Start = async (specification) => {
    const onSpawn = (pid: number): void => {
      folder.noteProcess(specification.name, pid)
      if (isUp) folder.announce(plan.addresses)
    }
    try {
      return await supervise(specification, log, { signal: given, onSpawn })
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  const parts = await startParts(plan, options, start)
  isUp = true
  folder.announce(plan.addresses)
  let stopping: Promise<void> | undefined
  const stopAll = async (): Promise<void> => {
    isUp = false
    folder.withdraw()
    await stopParts(parts)
    folder.forget()
    release()
  }
  const stop = (): Promise<void> => {
    stopping ??= stopAll()
    return stopping
  }
  const child = (name: StackComponent): Supervised => {
    const part = parts.get(name)
    if (part === undefined) throw new Error(`this stack has no ${name}`)
    return part
  }
  return { ...plan.addresses, child, stop, [Symbol.asyncDispose]: stop }
}

/**
 * Starts Kafka, the schema registry and ClickHouse as children of this process and waits until each can be used. Data
 * survives a restart and a SIGKILL; a part that dies is started again on its port and data. Writes `stack.json` into the data
 * folder while all run.
 * @throws ProgramMissing when Java or Maven is not there; Error when the folder or a port is in use, or a part does not start
 */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const dataDir = resolve(options.dataDir)
  const release = takeLock(join(dataDir, 'stack.lock'))
  const folder = new StackFolder(dataDir)
  try {
    return await startLocked(options, folder, release)
  } catch (error) {
    folder.forget()
    release()
    throw error
  }
}
